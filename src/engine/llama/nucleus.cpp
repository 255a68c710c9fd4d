#include "engine/llama/nucleus.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace trilogue::engine::llama {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
// A token this much below the best weighs e^-24: even 200,000 of them weigh less than one part in 100,000.
constexpr float kNegligible = -24;
// Colder makes no difference, but 1 / temperature must stay a number.
constexpr double kColdest = 1e-4;
// The best token stays in, however small the share asked for is.
constexpr double kLeastShare = 1e-9;
constexpr std::size_t kSmall = 48;  // below this a sort is faster than more partitions

// Eight running maxima, so that the compiler can use one vector register for them. NaN never wins.
float max_of(std::span<const float> logits) {
  std::array<float, 8> best{};
  best.fill(kNever);
  std::size_t i = 0;
  for (; i + 8 <= logits.size(); i += 8) {
    for (std::size_t j = 0; j < 8; ++j) best[j] = logits[i + j] > best[j] ? logits[i + j] : best[j];
  }
  for (; i < logits.size(); ++i) best[0] = logits[i] > best[0] ? logits[i] : best[0];
  return *std::max_element(best.begin(), best.end());
}

}  // namespace

int highest(std::span<const float> logits) {
  const float best = max_of(logits);
  if (best == kNever) return -1;
  return static_cast<int>(std::find(logits.begin(), logits.end(), best) - logits.begin());
}

double log_sum_exp(std::span<const float> logits) {
  const float best = max_of(logits);
  if (best == kNever) return 0;
  double sum = 0;
  for (const float logit : logits) {
    const float below = logit - best;
    if (below > kNegligible) sum += static_cast<double>(std::exp(below));
  }
  return static_cast<double>(best) + std::log(sum);
}

void Nucleus::gather(std::span<const float> logits, float highest_logit, double temperature) {
  const auto scale = static_cast<float>(1 / temperature);
  const float floor = highest_logit + kNegligible * static_cast<float>(temperature);
  candidates_.clear();
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (logits[i] >= floor) candidates_.push_back({static_cast<int>(i), logits[i]});
  }
  for (auto& candidate : candidates_) candidate.weight = std::exp((candidate.weight - highest_logit) * scale);
}

void Nucleus::keep_top_k(int top_k) {
  const auto k = static_cast<std::size_t>(top_k);
  if (top_k <= 0 || k >= candidates_.size()) return;
  std::nth_element(candidates_.begin(), candidates_.begin() + top_k, candidates_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
  candidates_.resize(k);
}

// Narrows [low, high) to where the running sum of weights, heaviest first, passes `wanted`; what stands
// before `low` is heavier and in. Returns the weight of what stays.
double Nucleus::keep_top_p(double top_p, double total) {
  if (top_p >= 1) return total;
  const double wanted = std::max(top_p, kLeastShare) * total;
  const auto weigh = [](double sum, const Candidate& c) { return sum + static_cast<double>(c.weight); };
  const auto heavier = [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; };
  auto low = candidates_.begin();
  auto high = candidates_.end();
  double have = 0;
  while (static_cast<std::size_t>(high - low) > kSmall) {
    const auto middle = low + (high - low) / 2;
    std::array<float, 3> three{low->weight, middle->weight, (high - 1)->weight};
    std::sort(three.begin(), three.end());
    const float pivot = three[1];
    const auto above = std::partition(low, high, [&](const Candidate& c) { return c.weight > pivot; });
    const double with_above = std::accumulate(low, above, have, weigh);
    if (with_above >= wanted) {
      high = above;
      continue;
    }
    const auto equal = std::partition(above, high, [&](const Candidate& c) { return c.weight >= pivot; });
    const auto missing = std::ceil((wanted - with_above) / std::max(static_cast<double>(pivot), 1e-30));
    if (missing <= static_cast<double>(equal - above)) {
      const auto count = std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(missing), 1);
      candidates_.erase(above + count, candidates_.end());
      return with_above + static_cast<double>(count) * static_cast<double>(pivot);
    }
    have = std::accumulate(above, equal, with_above, weigh);
    low = equal;
  }
  std::sort(low, high, heavier);
  while (low != high && have < wanted) have = weigh(have, *low++);
  candidates_.erase(low, candidates_.end());
  return have;
}

int Nucleus::draw(std::span<const float> logits, const DrawRules& rules, double chance) {
  const float best = max_of(logits);
  if (!std::isfinite(best)) return highest(logits);
  gather(logits, best, std::max(rules.temperature, kColdest));
  keep_top_k(rules.top_k);
  double total = 0;
  for (const auto& candidate : candidates_) total += static_cast<double>(candidate.weight);
  double left = keep_top_p(rules.top_p, total) * chance;
  for (const auto& candidate : candidates_) {
    left -= static_cast<double>(candidate.weight);
    if (left < 0) return candidate.token;
  }
  return candidates_.back().token;  // rounding ate the last bit
}

std::vector<int> Nucleus::top(std::span<const float> logits, int count) {
  std::vector<int> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const auto kept = std::min(static_cast<std::size_t>(std::max(count, 0)), order.size());
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(kept);
  std::partial_sort(order.begin(), end, order.end(), [&](int a, int b) {
    const float x = logits[static_cast<std::size_t>(a)];
    const float y = logits[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  });
  order.resize(kept);
  return order;
}

}  // namespace trilogue::engine::llama
