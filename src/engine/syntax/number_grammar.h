// Numbers within limits, digit by digit. Pure functions; the rules they need go to `rules`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/syntax/grammar_rules.h"

namespace trilogue::engine::syntax {

struct NumberLimits {
  std::optional<std::int64_t> low;
  std::optional<std::int64_t> high;
  bool low_open = false;  // low itself is outside; for whole numbers close the limit instead
  bool high_open = false;
};

// Rules' names; "" when no number lies within. Limits up to ±10^15.
std::string integer_grammar(const NumberLimits& limits, GrammarRules& rules);
std::string number_grammar(const NumberLimits& limits, GrammarRules& rules);

}  // namespace trilogue::engine::syntax
