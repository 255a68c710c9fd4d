// Texts that are not certain texts. Pure functions; the rules they need go to `rules`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/grammar_rules.h"

namespace trilogue::engine::syntax {

// A JSON string, quotes included, that is none of `taken`. Its characters stand unescaped.
std::string other_key_grammar(const std::vector<std::string_view>& taken, GrammarRules& rules);

// A parameter's name as it stands between tags, that is none of `taken`.
std::string other_name_grammar(const std::vector<std::string_view>& taken, GrammarRules& rules);

// Any text that does not hold `end`, which is ASCII.
std::string text_without(std::string_view end, GrammarRules& rules);

}  // namespace trilogue::engine::syntax
