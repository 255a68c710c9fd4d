#include <algorithm>
#include <optional>
#include <vector>

#include "engine/syntax/key_grammar.h"
#include "engine/syntax/schema_compiler.h"
#include "engine/syntax/text_tree.h"
#include "wire/json_writer.h"

namespace trilogue::engine::syntax {
namespace {

constexpr std::int64_t kMaxItems = 1'000;
constexpr std::int64_t kMaxRepeats = 50'000;  // the library expands each into a rule

std::optional<std::int64_t> whole_number(const std::optional<wire::Value>& value) {
  return value ? value->integer() : std::nullopt;
}

std::string json_key(std::string_view name) {
  std::string json;
  wire::append_json_string(json, name);
  return json;
}

}  // namespace

// Members in the order of the schema. A rule for each place says what may still come, so that any subset of
// the optional ones can be written and no comma goes wrong. `names`: those that may come next.
std::string SchemaCompiler::visit_object(const SchemaParts& parts) {
  const SchemaObject object = walk_.object_of(parts);
  if (walk_.failed()) return {};
  if (object.properties.empty() && object.more && !object.more_schema) return json_object(rules_);
  const std::string space = json_space(rules_);
  const std::string first_more = more_members(object, true);
  const std::string later_more = more_members(object, false);
  TextTree names(rules_);
  bool may_end = true;
  std::string later = later_more;
  for (auto property = object.properties.rbegin(); property != object.properties.rend(); ++property) {
    const std::string value = property->schema ? visit(*property->schema) : json_value(rules_);
    if (property->required) names.clear(), may_end = false;
    names.add(json_key(property->name) + ":", sequence({space, value, later}));
    std::vector<std::string> ways{sequence({"\",\"", space, names.rule()})};
    if (may_end) ways.push_back(later_more);
    later = rules_.add(alternatives(ways));
    if (names.is_too_wide() || rules_.overflowed()) refuse("it has too many optional properties");
    if (walk_.failed()) return {};
  }
  std::vector<std::string> ways;
  if (!object.properties.empty()) ways.push_back(names.rule());
  if (may_end) ways.push_back(first_more);
  const std::string first = rules_.add(alternatives(ways));
  return rules_.add(sequence({"\"{\"", space, first, space, "\"}\""}));
}

std::string SchemaCompiler::more_members(const SchemaObject& object, bool first) {
  if (!object.more) return {};
  const std::string value = object.more_schema ? visit(*object.more_schema) : json_value(rules_);
  std::vector<std::string_view> taken;
  for (const SchemaProperty& property : object.properties) taken.push_back(property.name);
  const std::string key = taken.empty() ? json_string(rules_) : other_key_grammar(taken, rules_);
  const std::string space = json_space(rules_);
  const std::string member = rules_.add(sequence({key, "\":\"", space, value}));
  const std::string rest = rules_.add("(\",\" " + space + " " + member + ")*");
  return first ? rules_.add("(" + member + " " + rest + ")?") : rest;
}

std::string SchemaCompiler::visit_array(const SchemaParts& parts) {
  const std::string space = json_space(rules_);
  const std::int64_t low = whole_number(find_in(parts, "minItems")).value_or(0);
  const auto high = whole_number(find_in(parts, "maxItems"));
  if (low < 0 || low > kMaxItems || (high && (*high < low || *high > kMaxItems)))
    return refuse("its numbers of items cannot be held");
  repeats_ += std::max(low, high.value_or(0));
  if (repeats_ > kMaxRepeats) return refuse("its numbers of items are too large together");
  const auto [prefix, items] = items_of(parts);
  std::vector<std::string> first;
  for (const wire::Value one : prefix) first.push_back(visit(one));
  const bool closed = items && items->boolean() == false;
  std::string body;
  for (std::size_t i = 0; i < first.size(); ++i)
    body = sequence({body, i > 0 ? "\",\" " + space : "", first[i]});
  const auto fixed = static_cast<std::int64_t>(first.size());
  if (fixed > 0 && (closed || !items)) {
    if (low > fixed || (high && *high < fixed)) return refuse("its numbers of items do not fit its tuple");
    return rules_.add(sequence({"\"[\"", space, body, space, "\"]\""}));
  }
  const std::string item = items ? visit(*items) : json_value(rules_);
  if (walk_.failed()) return {};
  const std::string next = rules_.add(sequence({"\",\"", space, item}));
  const std::int64_t least = std::max<std::int64_t>(low - std::max<std::int64_t>(fixed, 1), 0);
  const std::int64_t most = high ? *high - std::max<std::int64_t>(fixed, 1) : 0;
  std::string rest =
      next + (high ? "{" + std::to_string(least) + "," + std::to_string(std::max<std::int64_t>(most, 0)) + "}"
              : least == 0 ? "*"
                           : "{" + std::to_string(least) + ",}");
  if (high && most <= 0) rest.clear();
  if (fixed > 0) {
    if (high && most < 0) return refuse("its numbers of items do not fit its tuple");
    body = sequence({body, rest});
  } else {
    body = high == 0 ? "" : sequence({item, rest});
    if (low == 0 && !body.empty()) body = "(" + body + ")?";
  }
  return rules_.add(sequence({"\"[\"", space, body, space, "\"]\""}));
}

}  // namespace trilogue::engine::syntax
