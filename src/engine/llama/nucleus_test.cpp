#include "engine/llama/nucleus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

namespace trilogue::engine::llama {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

std::vector<float> random_logits(int size, unsigned seed, float spread) {
  std::mt19937 chance(seed);
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> out(static_cast<std::size_t>(size));
  std::generate(out.begin(), out.end(), [&] { return normal(chance); });
  return out;
}

// The textbook way: sort everything, add up until top_p is reached.
std::set<int> nucleus_by_sorting(const std::vector<float>& logits, const DrawRules& rules) {
  std::vector<std::pair<double, int>> weights;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    weights.emplace_back(std::exp(static_cast<double>(logits[i]) / rules.temperature), static_cast<int>(i));
  }
  std::sort(weights.rbegin(), weights.rend());
  if (rules.top_k > 0) weights.resize(std::min(weights.size(), static_cast<std::size_t>(rules.top_k)));
  double total = 0;
  for (const auto& [weight, token] : weights) total += weight;
  std::set<int> out;
  double have = 0;
  for (const auto& [weight, token] : weights) {
    if (have >= rules.top_p * total) break;
    have += weight;
    out.insert(token);
  }
  return out;
}

TEST(Nucleus, DrawsEveryTokenOfTheNucleusAndNoOther) {
  Nucleus nucleus;
  for (const auto& rules :
       {DrawRules{1, 0.9, 0}, DrawRules{0.5, 0.5, 0}, DrawRules{1.5, 0.8, 20}, DrawRules{2, 1, 5}}) {
    const auto logits = random_logits(300, 3, 2);
    std::set<int> drawn;
    for (int i = 0; i < 20000; ++i) drawn.insert(nucleus.draw(logits, rules, i / 20000.0));
    EXPECT_EQ(drawn, nucleus_by_sorting(logits, rules))
        << "top_p " << rules.top_p << " top_k " << rules.top_k;
  }
}

TEST(Nucleus, DrawsTheBestHoweverColdItIs) {
  constexpr float kInfinite = std::numeric_limits<float>::infinity();
  auto logits = random_logits(300, 5, 2);
  logits[77] = 40;
  Nucleus nucleus;
  for (const double temperature : {1e-5, 1e-30, 1e-40, 5e-324}) {
    for (const double top_p : {1.0, 0.9, 1e-12, 5e-324}) {
      EXPECT_EQ(nucleus.draw(logits, {temperature, top_p, 0}, 0.7), 77) << temperature << " " << top_p;
    }
  }
  logits[5] = kInfinite;
  EXPECT_EQ(nucleus.draw(logits, {1, 0.9, 0}, 0.7), 5);
}

TEST(Nucleus, DrawsOneOfManyThatAreEqual) {
  const std::vector<float> equal(200, 3);
  Nucleus nucleus;
  for (const double temperature : {1.0, 1e-40}) {
    for (const double top_p : {1.0, 0.5, 5e-324}) {
      const int drawn = nucleus.draw(equal, {temperature, top_p, 0}, 0.99);
      EXPECT_TRUE(drawn >= 0 && drawn < 200) << drawn;
    }
  }
}

TEST(Nucleus, DrawsByWeight) {
  const std::vector<float> logits{std::log(0.5F), std::log(0.3F), std::log(0.2F)};
  Nucleus nucleus;
  std::map<int, int> drawn;
  for (int i = 0; i < 1000; ++i) ++drawn[nucleus.draw(logits, {1, 1, 0}, (i + 0.5) / 1000.0)];
  EXPECT_NEAR(drawn[0], 500, 1);
  EXPECT_NEAR(drawn[1], 300, 1);
  EXPECT_NEAR(drawn[2], 200, 1);
}

TEST(Nucleus, KeepsEqualTokensOnlyUpToTopP) {
  const std::vector<float> logits(1000, 1.0F);
  Nucleus nucleus;
  std::set<int> drawn;
  for (int i = 0; i < 5000; ++i) drawn.insert(nucleus.draw(logits, {1, 0.25, 0}, i / 5000.0));
  EXPECT_EQ(drawn.size(), 250U);
}

TEST(Nucleus, TakesTheFirstOfEqualsAndNeverAForbiddenOne) {
  EXPECT_EQ(highest(std::vector<float>{kNever, 2, 3, 3, kNever}), 2);
  EXPECT_EQ(highest(std::vector<float>(20, kNever)), -1);
  Nucleus nucleus;
  EXPECT_EQ(nucleus.draw(std::vector<float>(20, kNever), {1, 0.9, 0}, 0.5), -1);
  EXPECT_EQ(nucleus.draw(std::vector<float>{kNever, 1, kNever}, {1, 1, 0}, 0.999), 1);
}

TEST(Nucleus, TheSmallestTopPLeavesTheBestToken) {
  const auto logits = random_logits(5000, 9, 3);
  Nucleus nucleus;
  for (const double chance : {0.0, 0.5, 0.9999})
    EXPECT_EQ(nucleus.draw(logits, {1, 1e-9, 0}, chance), highest(logits));
}

TEST(Nucleus, LogProbabilitiesAddUpToOne) {
  const auto logits = random_logits(1000, 5, 4);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - log_sum_exp(logits));
  EXPECT_NEAR(sum, 1, 1e-4);
}

TEST(Nucleus, TopIsInOrder) {
  Nucleus nucleus;
  EXPECT_EQ(nucleus.top(std::vector<float>{1, 4, 2, 4, 0}, 3), (std::vector<int>{1, 3, 2}));
  EXPECT_TRUE(nucleus.top(std::vector<float>{1, 4}, 0).empty());
}

}  // namespace
}  // namespace trilogue::engine::llama
