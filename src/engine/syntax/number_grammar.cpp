#include "engine/syntax/number_grammar.h"

#include <algorithm>
#include <vector>

namespace trilogue::engine::syntax {
namespace {

std::string digits(int count) {
  return count == 0 ? "" : count == 1 ? "[0-9]" : "[0-9]{" + std::to_string(count) + "}";
}

std::string digit_class(char first, char last) {
  if (first == last) return "\"" + std::string(1, first) + "\"";
  return std::string("[") + first + "-" + last + "]";
}

// Numbers of one length from `low` to `high`: the common beginning, then each first digit with its own rest.
std::string same_length(std::string_view low, std::string_view high) {
  if (low.empty()) return {};
  const int rest = static_cast<int>(low.size()) - 1;
  if (low[0] == high[0])
    return sequence({digit_class(low[0], low[0]), same_length(low.substr(1), high.substr(1))});
  std::vector<std::string> ways;
  char first = low[0];
  char last = high[0];
  if (low.find_first_not_of('0', 1) != std::string_view::npos) {
    const std::string nines(static_cast<std::size_t>(rest), '9');
    ways.push_back(sequence({digit_class(first, first), same_length(low.substr(1), nines)}));
    ++first;
  }
  std::string at_top;
  if (high.find_first_not_of('9', 1) != std::string_view::npos) {
    const std::string zeros(static_cast<std::size_t>(rest), '0');
    at_top = sequence({digit_class(last, last), same_length(zeros, high.substr(1))});
    --last;
  }
  if (first <= last) ways.push_back(sequence({digit_class(first, last), digits(rest)}));
  if (!at_top.empty()) ways.push_back(at_top);
  return "(" + alternatives(ways) + ")";
}

// Whole numbers from `low` ≥ 0 up to `high`, or without end.
std::string whole(std::int64_t low, std::optional<std::int64_t> high) {
  std::vector<std::string> ways;
  std::string from = std::to_string(low);
  const std::string to = high ? std::to_string(*high) : std::string();
  while (!high || from.size() < to.size()) {
    ways.push_back(same_length(from, std::string(from.size(), '9')));
    from = "1" + std::string(from.size(), '0');
    if (!high) {
      const std::size_t more = from.size() - 1;
      if (more < 16) ways.push_back("[1-9] [0-9]{" + std::to_string(more) + ",15}");
      return "(" + alternatives(ways) + ")";
    }
  }
  ways.push_back(same_length(from, to));
  return "(" + alternatives(ways) + ")";
}

// Numbers without sign, from `low` ≥ 0, fractions between them included.
std::string magnitudes(std::int64_t low, bool low_open, std::optional<std::int64_t> high, bool high_open) {
  constexpr std::string_view kFraction = R"(("." [0-9]{1,15})?)";
  constexpr std::string_view kZeros = R"(("." "0"{1,15})?)";
  constexpr std::string_view kPositive = R"("." "0"{0,14} [1-9] [0-9]{0,15})";
  std::vector<std::string> ways;
  if (high && (low > *high || (low == *high && (low_open || high_open)))) return {};
  if (low_open) {
    ways.push_back(sequence({quoted(std::to_string(low)), std::string(kPositive)}));
    ++low;
  }
  if (!high || low < *high) {
    std::optional<std::int64_t> last;
    if (high) last = *high - 1;
    ways.push_back(sequence({whole(low, last), std::string(kFraction)}));
  }
  if (high && !high_open) ways.push_back(sequence({quoted(std::to_string(*high)), std::string(kZeros)}));
  return "(" + alternatives(ways) + ")";
}

}  // namespace

std::string integer_grammar(const NumberLimits& limits, GrammarRules& rules) {
  std::vector<std::string> ways;
  const std::int64_t low = limits.low ? *limits.low + (limits.low_open ? 1 : 0) : 0;
  const std::int64_t high = limits.high ? *limits.high - (limits.high_open ? 1 : 0) : 0;
  if (limits.low && limits.high && low > high) return {};
  if (!limits.low || low < 0) {
    const std::int64_t nearest = limits.high && high < 0 ? -high : 1;
    std::optional<std::int64_t> farthest;
    if (limits.low) farthest = -low;
    ways.push_back(sequence({"\"-\"", whole(nearest, farthest)}));
  }
  if (!limits.high || high >= 0) {
    std::optional<std::int64_t> last;
    if (limits.high) last = high;
    ways.push_back(whole(limits.low ? std::max<std::int64_t>(low, 0) : 0, last));
  }
  return rules.add(alternatives(ways));
}

std::string number_grammar(const NumberLimits& limits, GrammarRules& rules) {
  if (!limits.low && !limits.high) {
    json_value(rules);
    return "number";
  }
  std::vector<std::string> ways;
  if (!limits.low || *limits.low < 0) {
    const bool below_zero = limits.high && *limits.high <= 0;
    std::optional<std::int64_t> farthest;
    if (limits.low) farthest = -*limits.low;
    const std::string size = below_zero
                                 ? magnitudes(-*limits.high, limits.high_open, farthest, limits.low_open)
                                 : magnitudes(0, true, farthest, limits.low_open);
    if (!size.empty()) ways.push_back("\"-\" " + size);
  }
  if (!limits.high || *limits.high >= 0) {
    const bool from_low = limits.low && *limits.low >= 0;
    const std::string size =
        magnitudes(from_low ? *limits.low : 0, from_low && limits.low_open, limits.high, limits.high_open);
    if (!size.empty()) ways.push_back(size);
  }
  return ways.empty() ? "" : rules.add(alternatives(ways));
}

}  // namespace trilogue::engine::syntax
