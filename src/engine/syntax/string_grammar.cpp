#include "engine/syntax/string_grammar.h"

#include <algorithm>

#include "wire/json_writer.h"

namespace trilogue::engine::syntax {
namespace {

constexpr std::int64_t kChunk = 100;

std::string times(const std::string& rule, std::int64_t low, std::int64_t high) {
  if (high == 0) return {};
  if (low == high) return low == 1 ? rule : rule + "{" + std::to_string(low) + "}";
  return rule + "{" + std::to_string(low) + "," + std::to_string(high) + "}";
}

std::string exactly(const std::string& character, std::int64_t count, GrammarRules& rules) {
  std::string rest = times(character, count % kChunk, count % kChunk);
  if (count < kChunk) return rest;
  const std::string full = rules.add(times(character, kChunk, kChunk));
  return sequence({times(full, count / kChunk, count / kChunk), rest});
}

}  // namespace

// Long limits go by chunks, for the library expands each count into as many rules.
std::string at_most(const std::string& character, std::int64_t most, GrammarRules& rules) {
  std::string rest = rules.add(alternatives({times(character, 0, most % kChunk)}));
  if (most < kChunk) return rest;
  const std::string full = rules.add(times(character, kChunk, kChunk));
  const std::string partial = rules.add(times(character, 0, kChunk - 1));
  for (std::int64_t chunk = 0; chunk < most / kChunk; ++chunk) {
    rest = rules.add(alternatives({partial, sequence({full, rest})}));
  }
  return rest;
}

// Raw text ends at a tag, so a limited one holds no bracket that could begin it.
std::string character_grammar(Spelling spelling, GrammarRules& rules) {
  return spelling == Spelling::json ? json_character(rules)
                                    : rules.shared("rawcharacter", R"([^<\x00-\x08])");
}

std::string text_grammar(std::string_view text, Spelling spelling) {
  if (spelling == Spelling::raw) return quoted(text);
  std::string json;
  wire::append_json_escaped(json, text);
  return quoted(json);
}

std::string length_grammar(std::int64_t shortest, std::optional<std::int64_t> longest, Spelling spelling,
                           GrammarRules& rules) {
  const std::string character = character_grammar(spelling, rules);
  const std::string begin = exactly(character, shortest, rules);
  if (!longest || *longest > kMaxLength) return rules.add(sequence({begin, character + "*"}));
  const std::string end = *longest > shortest ? at_most(character, *longest - shortest, rules) : "";
  return rules.add(alternatives({sequence({begin, end})}));
}

}  // namespace trilogue::engine::syntax
