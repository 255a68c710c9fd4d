// Strings of a certain form: length, format, pattern. A string is written either between quotes with JSON's
// escapes, or raw between tags; the rules differ only in how a character is spelled. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/syntax/grammar_rules.h"

namespace trilogue::engine::syntax {

enum class Spelling { json, raw };

// One character of a string: any but those that would end it.
std::string character_grammar(Spelling spelling, GrammarRules& rules);

// This text as a terminal.
std::string text_grammar(std::string_view text, Spelling spelling);

// Strings of so many characters, without quotes. Above kMaxLength there is no upper limit: no answer is so
// long.
inline constexpr std::int64_t kMaxLength = 100'000;
std::string length_grammar(std::int64_t shortest, std::optional<std::int64_t> longest, Spelling spelling,
                           GrammarRules& rules);

// At most `most` times what `character` names, which is one rule or class.
std::string at_most(const std::string& character, std::int64_t most, GrammarRules& rules);

struct FormatGrammar {
  std::string rule;
  std::int64_t shortest = 0;  // characters that it writes at least
  std::int64_t longest = 0;   // and at most; above kMaxLength there is no limit
};

// date, time, date-time, duration, uuid, email, hostname, ipv4, ipv6 and uri, in either spelling; empty for
// formats that only describe. `most`: where a format has a form of no more characters, it is that one.
std::optional<FormatGrammar> format_grammar(std::string_view format, std::int64_t most, GrammarRules& rules);

// A regular expression: alternatives, groups, classes, counted repetition, ^ and $ at the ends. Failure for
// what goes beyond that, and for what would repeat too much; its message is part of a sentence. Takes time in
// the order of the pattern's length.
base::Result<std::string> pattern_grammar(std::string_view pattern, Spelling spelling, GrammarRules& rules);

}  // namespace trilogue::engine::syntax
