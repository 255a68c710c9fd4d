#include "engine/syntax/grammar_rules.h"

#include <array>
#include <cstdio>
#include <utility>

namespace trilogue::engine::syntax {

std::string GrammarRules::reserve() {
  return "r" + std::to_string(next_++);
}

void GrammarRules::define(const std::string& name, std::string_view body) {
  bytes_ += name.size() + body.size() + 6;
  overflowed_ = overflowed_ || bytes_ > kMaxBytes || rules_.size() >= kMaxRules;
  if (!overflowed_) rules_.emplace_back(name, body);
}

std::string GrammarRules::add(std::string_view body) {
  const auto known = same_body_.find(std::string(body));
  if (known != same_body_.end()) return known->second;
  std::string name = reserve();
  define(name, body);
  if (!overflowed_) same_body_.emplace(body, name);
  return name;
}

const std::string& GrammarRules::shared(const std::string& name, std::string_view body) {
  const auto [entry, is_new] = shared_.emplace(name, name);
  if (is_new) define(name, body);
  return entry->second;
}

void GrammarRules::go_back_to(Mark mark) {
  while (rules_.size() > mark.rules) {
    const auto& [name, body] = rules_.back();
    const auto known = same_body_.find(body);
    if (known != same_body_.end() && known->second == name) same_body_.erase(known);
    rules_.pop_back();
  }
  bytes_ = mark.bytes;
  overflowed_ = mark.overflowed;
  shared_ = std::move(mark.shared);
}

std::string GrammarRules::text(std::string_view root_body) const {
  std::string text = "root ::= " + std::string(root_body) + "\n";
  text.reserve(text.size() + bytes_);
  for (const auto& [name, body] : rules_) text += name + " ::= " + body + "\n";
  return text;
}

std::string quoted(std::string_view text) {
  if (text.empty()) return {};
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

std::string class_range(std::uint32_t first, std::uint32_t last) {
  const auto one = [](std::uint32_t code) {
    const bool plain =
        (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    if (plain) return std::string(1, static_cast<char>(code));
    std::array<char, 12> text{};
    std::snprintf(text.data(), text.size(), code < 0x100 ? "\\x%02X" : "\\U%08X", code);
    return std::string(text.data());
  };
  return first == last ? one(first) : one(first) + "-" + one(last);
}

std::string sequence(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

std::string alternatives(const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += " | ";
    out += parts[i].empty() ? "\"\"" : parts[i];
  }
  return out;
}

// One space, or a line break with indentation: enough for any habit, too little to run on for ever.
std::string json_space(GrammarRules& rules) {
  return rules.shared("space", R"("" | " " | "\n" [ \t]{0,20})");
}

// A half of a surrogate pair is no character, so its escape is not offered.
std::string json_character(GrammarRules& rules) {
  rules.shared("hex", "[0-9a-fA-F]");
  rules.shared("escape", R"("\\" (["\\/bfnrt] | "u" ([0-9abcefABCEF] hex hex hex | [dD] [0-7] hex hex)))");
  return rules.shared("character", R"([^"\\\x00-\x1F\x7F] | escape)");
}

std::string json_string(GrammarRules& rules) {
  json_character(rules);
  return rules.shared("string", R"("\"" character* "\"")");
}

std::string json_value(GrammarRules& rules) {
  json_space(rules);
  json_string(rules);
  rules.shared("number", R"("-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?)");
  rules.shared("array", R"("[" space (value ("," space value)*)? space "]")");
  rules.shared("member", R"(string ":" space value)");
  rules.shared("object", R"("{" space (member ("," space member)*)? space "}")");
  return rules.shared("value", R"(object | array | string | number | "true" | "false" | "null")");
}

std::string json_object(GrammarRules& rules) {
  json_value(rules);
  return "object";
}

}  // namespace trilogue::engine::syntax
