#include <cmath>
#include <optional>
#include <tuple>

#include "engine/syntax/number_grammar.h"
#include "engine/syntax/schema_compiler.h"

namespace trilogue::engine::syntax {
namespace {

constexpr double kMaxLimit = 1e15;

}  // namespace

std::string SchemaCompiler::visit_string(const SchemaParts& parts, Spelling spelling) {
  const std::string body = string_body(parts, spelling);
  if (spelling == Spelling::raw) return body.empty() ? any_text_ : body;
  return body.empty() ? json_string(rules_) : rules_.add(sequence({R"("\"")", body, R"("\"")"}));
}

// "" when nothing is said about the form. A pattern beside a format is what a validator checks it by; one
// that we refuse is zod's own, with look-ahead, and the format's grammar is no wider. Lengths beside either
// must hold by themselves.
std::string SchemaCompiler::string_body(const SchemaParts& parts, Spelling spelling) {
  const auto pattern = find_in(parts, "pattern");
  const auto shortest = find_in(parts, "minLength");
  const auto longest = find_in(parts, "maxLength");
  const auto format = find_in(parts, "format");
  const std::int64_t low = shortest ? shortest->integer().value_or(-1) : 0;
  const std::int64_t high = longest ? longest->integer().value_or(-1) : kMaxLength + 1;
  if (low < 0 || low > kMaxLength || high < low) return refuse("its lengths cannot be held");
  const bool limited = shortest || longest;
  const auto form = format ? format_grammar(format->text().value_or(""), high, rules_) : std::nullopt;
  if (pattern) {
    const auto rule = pattern_grammar(pattern->text().value_or(""), spelling, rules_);
    if (rule && !limited) return *rule;
    if (rule) return refuse("`pattern` beside a length is not supported");
    if (!form) return refuse(rule.error().message);
  }
  if (form) {
    const bool holds = form->shortest >= low && (form->longest <= high || !longest);
    return holds ? form->rule : refuse("`format` beside these lengths is not supported");
  }
  return limited ? length_grammar(low, high, spelling, rules_) : std::string();
}

std::string SchemaCompiler::visit_number(const SchemaParts& parts, bool whole) {
  NumberLimits limits;
  for (const auto& [keyword, low, open] : {std::tuple{"minimum", true, false},
                                           {"exclusiveMinimum", true, true},
                                           {"maximum", false, false},
                                           {"exclusiveMaximum", false, true}}) {
    const auto value = find_in(parts, keyword);
    const auto number = value ? value->number() : std::nullopt;
    if (!number) {
      if (value && value->boolean() != false) return refuse("a limit that is no number");
      continue;
    }
    double limit = *number;
    const bool inexact = limit != std::floor(limit);
    if (inexact && !whole) return refuse("limits of numbers must be whole");
    bool opens = open;
    if (inexact) limit = low ? std::ceil(limit) : std::floor(limit), opens = false;
    if (std::abs(limit) > kMaxLimit) continue;  // no number that a grammar lets through comes near it
    auto& bound = low ? limits.low : limits.high;
    auto& bound_open = low ? limits.low_open : limits.high_open;
    const auto at = static_cast<std::int64_t>(limit);
    const bool tighter = !bound || (low ? at > *bound : at < *bound) || (at == *bound && opens);
    if (tighter) bound = at, bound_open = opens;
  }
  const std::string rule = whole ? integer_grammar(limits, rules_) : number_grammar(limits, rules_);
  return rule.empty() ? refuse("no number lies within its limits") : rule;
}

}  // namespace trilogue::engine::syntax
