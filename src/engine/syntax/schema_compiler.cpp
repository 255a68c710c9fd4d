#include "engine/syntax/schema_compiler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "engine/syntax/key_grammar.h"
#include "engine/syntax/number_grammar.h"
#include "engine/syntax/text_tree.h"
#include "wire/json_writer.h"

namespace trilogue::engine::syntax {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxVisits = 20'000;
constexpr std::int64_t kMaxItems = 1'000;
constexpr std::int64_t kMaxRepeats = 50'000;  // the library expands each into a rule
constexpr int kMaxAlternatives = 200;         // anyOf and oneOf directly inside one another multiply
constexpr double kMaxLimit = 1e15;

// Keywords that restrict and that no grammar of bearable size can hold a model to.
constexpr auto kRefused = std::to_array<std::string_view>(
    {"not", "if", "patternProperties", "dependentRequired", "dependentSchemas", "contains", "minProperties",
     "maxProperties", "unevaluatedProperties", "unevaluatedItems", "multipleOf", "$dynamicRef",
     "uniqueItems"});

// The same that restrict nothing with these values.
bool is_harmless(std::string_view keyword, wire::Value value) {
  if (value.boolean() == false && (keyword == "uniqueItems" || keyword.starts_with("unevaluated")))
    return true;
  if (keyword == "minProperties") return value.integer() == 0;
  if (keyword == "multipleOf") return value.number() == 1.0;
  return keyword == "patternProperties" && !(value.fields().begin() != value.fields().end());
}

bool has_any(wire::Value schema, std::initializer_list<std::string_view> keywords) {
  return std::any_of(keywords.begin(), keywords.end(),
                     [schema](std::string_view word) { return schema.find(word).has_value(); });
}

// The first of the parts that has the keyword.
template <class Parts>
std::optional<wire::Value> find_in(const Parts& parts, std::string_view keyword) {
  for (const auto& part : parts) {
    if (auto value = part.schema.find(keyword)) return value;
  }
  return std::nullopt;
}

// The type that the keywords imply where none is named.
template <class Parts>
std::string_view implied_type(const Parts& parts) {
  for (const auto& part : parts) {
    if (has_any(part.schema, {"properties", "required", "additionalProperties", "propertyNames"}))
      return "object";
    if (has_any(part.schema, {"items", "prefixItems", "minItems", "maxItems"})) return "array";
    if (has_any(part.schema, {"pattern", "minLength", "maxLength", "format"})) return "string";
    if (has_any(part.schema, {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})) return "number";
  }
  return {};
}

bool is_true(const std::optional<wire::Value>& value) {
  return value && value->boolean() == true;
}

std::optional<std::int64_t> whole_number(const std::optional<wire::Value>& value) {
  return value ? value->integer() : std::nullopt;
}

bool is_shaping_format(const std::optional<wire::Value>& format) {
  GrammarRules ignored;
  return format && format_grammar(format->text().value_or(""), ignored).has_value();
}

std::string json_key(std::string_view name) {
  std::string json;
  wire::append_json_string(json, name);
  return json;
}

}  // namespace

SchemaCompiler::SchemaCompiler(const wire::Document& document, GrammarRules& rules)
    : document_(document), rules_(rules) {}

std::string SchemaCompiler::refuse(std::string why) {
  if (error_.empty()) error_ = std::move(why);
  return "\"\"";
}

base::Result<std::string> SchemaCompiler::compile() {
  return compile(document_.root());
}

base::Result<std::string> SchemaCompiler::compile(wire::Value schema) {
  leading_.clear();
  std::string rule = visit(schema);
  if (error_.empty() && rules_.overflowed()) refuse("it is too large");
  if (!error_.empty()) return base::invalid("", "The schema cannot be used: " + error_ + ".");
  return rule;
}

base::Result<std::optional<std::string>> SchemaCompiler::compile_raw_text(wire::Value schema) {
  Parts parts;
  leading_.clear();
  std::optional<std::string> rule;
  if (flatten(schema, parts)) {
    const auto list = find_in(parts, "enum");
    const auto sample = find_in(parts, "const");
    TextTree texts(rules_);
    if (sample && sample->text()) texts.add(*sample->text(), {});
    if (list && !sample) {
      for (const wire::Value one : list->elements())
        texts.add(one.text() ? std::string(*one.text()) : one.to_json(), {});
    }
    const std::string one_of = texts.rule();
    if (texts.is_too_wide()) refuse("its `enum` is too large");
    const bool shaped = find_in(parts, "pattern") || find_in(parts, "minLength") ||
                        find_in(parts, "maxLength") || is_shaping_format(find_in(parts, "format"));
    if (!one_of.empty()) {
      rule = one_of;
    } else if (shaped) {
      rule = string_body(parts, Spelling::raw);
    }
  }
  if (!error_.empty()) return base::invalid("", "The schema cannot be used: " + error_ + ".");
  return rule;
}

base::Result<SchemaObject> SchemaCompiler::object() {
  Parts parts;
  SchemaObject object;
  if (flatten(document_.root(), parts)) {
    const auto type = find_in(parts, "type");
    if (type && type->text() != "object") refuse("it describes no object");
    if (find_in(parts, "anyOf") || find_in(parts, "oneOf")) refuse("its outermost level has alternatives");
    object = object_of(parts);
  }
  if (!error_.empty()) return base::invalid("", "The schema cannot be used: " + error_ + ".");
  return object;
}

std::string SchemaCompiler::visit(wire::Value schema) {
  if (!error_.empty()) return {};
  if (schema.boolean() == true) return json_value(rules_);
  if (schema.boolean() == false) return refuse("nothing can fit `false`");
  if (schema.kind() != wire::Kind::object) return refuse("a schema must be an object");
  if (++visits_ > kMaxVisits || rules_.overflowed()) return refuse("it is too large");
  if (depth_ == kMaxDepth) return refuse("it is nested too deep");
  ++depth_;
  Parts parts;
  const auto reference = schema.find("$ref");
  const bool alone =
      reference && !has_any(schema, {"allOf", "properties", "anyOf", "oneOf", "required", "type"});
  std::string rule;
  if (alone) {
    rule = visit_reference(reference->text().value_or(""));
  } else if (flatten(schema, parts)) {
    rule = visit_parts(parts);
  }
  --depth_;
  return rule;
}

std::optional<wire::Value> SchemaCompiler::target(std::string_view reference) const {
  if (reference == "#") return document_.root();
  if (!reference.starts_with("#/")) return std::nullopt;
  std::optional<wire::Value> at = document_.root();
  reference.remove_prefix(2);
  while (at && !reference.empty()) {
    const std::size_t end = reference.find('/');
    at = at->find(reference.substr(0, end));
    reference = end == std::string_view::npos ? std::string_view() : reference.substr(end + 1);
  }
  return at;
}

std::string SchemaCompiler::visit_reference(std::string_view reference) {
  const auto schema = target(reference);
  if (!schema) return refuse("a $ref leads nowhere");
  if (std::find(leading_.begin(), leading_.end(), reference) != leading_.end())
    return refuse("a $ref leads back to itself");
  const auto known = references_.find(reference);
  if (known != references_.end()) return known->second;
  const std::string name = rules_.reserve();
  references_.emplace(reference, name);
  leading_.emplace_back(reference);
  const std::string body = visit(*schema);
  leading_.pop_back();
  rules_.define(name, body);
  return name;
}

// The schema and all that its allOf adds, references among them followed.
bool SchemaCompiler::flatten(wire::Value schema, Parts& parts) {
  if (!error_.empty()) return false;
  if (++visits_ > kMaxVisits || parts.size() > 200) return refuse("it is too large"), false;
  if (schema.boolean() == true) return true;
  if (schema.kind() != wire::Kind::object) return refuse("a schema must be an object"), false;
  check_keywords(schema);
  parts.push_back({schema});
  if (const auto reference = schema.find("$ref")) {
    const std::string path(reference->text().value_or(""));
    const auto other = target(path);
    if (!other) return refuse("a $ref leads nowhere"), false;
    if (std::find(leading_.begin(), leading_.end(), path) != leading_.end())
      return refuse("a $ref leads back to itself"), false;
    leading_.push_back(path);
    const bool good = flatten(*other, parts);
    leading_.pop_back();
    if (!good) return false;
  }
  if (depth_ >= kMaxDepth) return refuse("it is nested too deep"), false;
  ++depth_;
  if (const auto all = schema.find("allOf")) {
    for (const wire::Value one : all->elements()) {
      if (!flatten(one, parts)) break;
    }
  }
  --depth_;
  return error_.empty();
}

void SchemaCompiler::check_keywords(wire::Value schema) {
  for (const std::string_view keyword : kRefused) {
    const auto value = schema.find(keyword);
    if (value && !is_harmless(keyword, *value)) refuse("`" + std::string(keyword) + "` is not supported");
  }
  if (const auto names = schema.find("propertyNames");
      names && has_any(*names, {"pattern", "enum", "maxLength"})) {
    refuse("`propertyNames` is not supported");
  }
}

std::string SchemaCompiler::visit_parts(const Parts& parts) {
  if (!error_.empty()) return {};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].choices_done) continue;
    auto choices = parts[i].schema.find("anyOf");
    const auto other = parts[i].schema.find("oneOf");
    if (choices && other) return refuse("`anyOf` beside `oneOf` is not supported");
    if (other) choices = other;
    if (choices) return visit_choices(parts, i, *choices);
  }
  if (const auto sample = find_in(parts, "const")) return quoted(sample->to_json());
  if (const auto list = find_in(parts, "enum")) return literals(parts, *list);
  const auto type = find_in(parts, "type");
  const bool nullable = is_true(find_in(parts, "nullable"));
  std::vector<std::string> ways;
  if (type && type->kind() == wire::Kind::array) {
    for (const wire::Value one : type->elements()) ways.push_back(visit_type(parts, one.text().value_or("")));
    if (ways.empty()) return refuse("an empty list of types");
  } else {
    const auto name = type ? type->text().value_or("?") : implied_type(parts);
    if (name.empty()) return json_value(rules_);
    ways.push_back(visit_type(parts, name));
  }
  if (nullable) ways.emplace_back("\"null\"");
  return ways.size() == 1 ? ways[0] : rules_.add(alternatives(ways));
}

std::string SchemaCompiler::visit_choices(const Parts& parts, std::size_t at, wire::Value choices) {
  std::vector<std::string> ways;
  const int outer = alternatives_;
  std::vector<wire::Value> all;
  for (const wire::Value choice : choices.elements()) all.push_back(choice);
  alternatives_ *= static_cast<int>(all.size());
  if (alternatives_ > kMaxAlternatives) return refuse("it has too many alternatives");
  for (const wire::Value choice : all) {
    if (++visits_ > kMaxVisits || depth_ == kMaxDepth) return refuse("it is too large");
    ++depth_;
    // An alternative that stands alone can be a reference; beside other keywords they all have to be merged.
    const bool alone = parts.size() == 1 && implied_type(parts).empty() && !parts[0].schema.find("type");
    if (alone) {
      ways.push_back(visit(choice));
    } else {
      Parts merged = parts;
      merged[at].choices_done = true;
      if (flatten(choice, merged)) ways.push_back(visit_parts(merged));
    }
    --depth_;
    if (!error_.empty()) return {};
  }
  alternatives_ = outer;
  return ways.empty() ? refuse("an empty list of alternatives") : rules_.add(alternatives(ways));
}

std::string SchemaCompiler::literals(const Parts& parts, wire::Value list) {
  const auto type = find_in(parts, "type");
  TextTree texts(rules_);
  for (const wire::Value one : list.elements()) {
    const bool fits = !type || type->text() != "string" || one.text() || one.is_null();
    if (fits) texts.add(one.to_json(), {});
  }
  const std::string rule = texts.rule();
  if (texts.is_too_wide()) return refuse("its `enum` is too large");
  return rule.empty() ? refuse("an empty `enum`") : rule;
}

std::string SchemaCompiler::visit_type(const Parts& parts, std::string_view type) {
  if (type == "null") return "\"null\"";
  if (type == "boolean") return rules_.shared("boolean", R"("true" | "false")");
  if (type == "integer") return visit_number(parts, true);
  if (type == "number") return visit_number(parts, false);
  if (type == "string") return visit_string(parts);
  // What stands inside brackets may refer to what is around it.
  auto leading = std::exchange(leading_, {});
  const int outer = std::exchange(alternatives_, 1);
  std::string rule;
  if (type == "object") {
    rule = visit_object(parts);
  } else if (type == "array") {
    rule = visit_array(parts);
  } else {
    rule = refuse("an unknown type");
  }
  leading_ = std::move(leading);
  alternatives_ = outer;
  return rule;
}

SchemaObject SchemaCompiler::object_of(const Parts& parts) {
  SchemaObject object;
  bool named = false;
  std::optional<wire::Value> more;
  std::set<std::string_view> required;
  std::set<std::string_view> known;
  for (const Part& part : parts) {
    if (const auto properties = part.schema.find("properties")) {
      for (const auto& [name, schema] : properties->fields()) {
        named = true;
        if (known.insert(name).second) object.properties.push_back({name, schema, false});
      }
    }
    if (const auto list = part.schema.find("required")) {
      for (const wire::Value name : list->elements()) required.insert(name.text().value_or(""));
    }
    const auto own = part.schema.find("additionalProperties");
    if (own && (!more || own->boolean() == false)) more = own;
  }
  for (const std::string_view name : required) {
    const auto is_it = [name](const SchemaProperty& property) { return property.name == name; };
    const auto property = std::find_if(object.properties.begin(), object.properties.end(), is_it);
    if (property != object.properties.end()) {
      property->required = true;
    } else {
      refuse("`required` names a property that is not described");
    }
  }
  object.more = more ? more->boolean() != false : !named;
  if (more && more->kind() == wire::Kind::object) object.more_schema = more;
  return object;
}

// Members in the order of the schema. A rule for each place says what may still come, so that any subset of
// the optional ones can be written and no comma goes wrong. `names`: those that may come next.
std::string SchemaCompiler::visit_object(const Parts& parts) {
  const SchemaObject object = object_of(parts);
  if (!error_.empty()) return {};
  if (object.properties.empty() && object.more && !object.more_schema) return json_object(rules_);
  const std::string space = json_space(rules_);
  const std::string first_more = more_members(object, true);
  const std::string later_more = more_members(object, false);
  TextTree names(rules_);
  bool may_end = true;
  std::string later = later_more;
  for (auto property = object.properties.rbegin(); property != object.properties.rend(); ++property) {
    const std::string value = visit(property->schema);
    if (property->required) names.clear(), may_end = false;
    names.add(json_key(property->name) + ":", sequence({space, value, later}));
    std::vector<std::string> ways{sequence({"\",\"", space, names.rule()})};
    if (may_end) ways.push_back(later_more);
    later = rules_.add(alternatives(ways));
    if (names.is_too_wide() || rules_.overflowed()) refuse("it has too many optional properties");
    if (!error_.empty()) return {};
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

std::string SchemaCompiler::visit_array(const Parts& parts) {
  const std::string space = json_space(rules_);
  const std::int64_t low = whole_number(find_in(parts, "minItems")).value_or(0);
  const auto high = whole_number(find_in(parts, "maxItems"));
  if (low < 0 || low > kMaxItems || (high && (*high < low || *high > kMaxItems)))
    return refuse("its numbers of items cannot be held");
  repeats_ += std::max(low, high.value_or(0));
  if (repeats_ > kMaxRepeats) return refuse("its numbers of items are too large together");
  std::vector<std::string> first;
  if (const auto prefix = find_in(parts, "prefixItems")) {
    for (const wire::Value one : prefix->elements()) first.push_back(visit(one));
  }
  const auto items = find_in(parts, "items");
  const bool closed = items && items->boolean() == false;
  std::string body;
  for (std::size_t i = 0; i < first.size(); ++i)
    body = sequence({body, i > 0 ? "\",\" " + space : "", first[i]});
  const auto fixed = static_cast<std::int64_t>(first.size());
  if (fixed > 0 && (closed || !items)) {
    if (low > fixed || (high && *high < fixed))
      return refuse("its numbers of items do not fit its `prefixItems`");
    return rules_.add(sequence({"\"[\"", space, body, space, "\"]\""}));
  }
  const std::string item = items ? visit(*items) : json_value(rules_);
  if (!error_.empty()) return {};
  const std::string next = rules_.add(sequence({"\",\"", space, item}));
  const std::int64_t least = std::max<std::int64_t>(low - std::max<std::int64_t>(fixed, 1), 0);
  const std::int64_t most = high ? *high - std::max<std::int64_t>(fixed, 1) : 0;
  std::string rest =
      next + (high ? "{" + std::to_string(least) + "," + std::to_string(std::max<std::int64_t>(most, 0)) + "}"
              : least == 0 ? "*"
                           : "{" + std::to_string(least) + ",}");
  if (high && most <= 0) rest.clear();
  if (fixed > 0) {
    if (high && most < 0) return refuse("its numbers of items do not fit its `prefixItems`");
    body = sequence({body, rest});
  } else {
    body = high == 0 ? "" : sequence({item, rest});
    if (low == 0 && !body.empty()) body = "(" + body + ")?";
  }
  return rules_.add(sequence({"\"[\"", space, body, space, "\"]\""}));
}

std::string SchemaCompiler::visit_string(const Parts& parts) {
  const std::string body = string_body(parts, Spelling::json);
  return body.empty() ? json_string(rules_) : rules_.add(sequence({R"("\"")", body, R"("\"")"}));
}

// "" when nothing is said about the form.
std::string SchemaCompiler::string_body(const Parts& parts, Spelling spelling) {
  const auto pattern = find_in(parts, "pattern");
  const auto shortest = find_in(parts, "minLength");
  const auto longest = find_in(parts, "maxLength");
  if (pattern) {
    if (shortest || longest) return refuse("`pattern` beside a length is not supported");
    const auto rule = pattern_grammar(pattern->text().value_or(""), spelling, rules_);
    return rule ? *rule : refuse(rule.error().message);
  }
  if (const auto format = find_in(parts, "format")) {
    if (const auto rule = format_grammar(format->text().value_or(""), rules_)) return *rule;
  }
  if (!shortest && !longest)
    return spelling == Spelling::json ? "" : length_grammar(0, std::nullopt, spelling, rules_);
  const std::int64_t low = shortest ? shortest->integer().value_or(-1) : 0;
  const std::int64_t high = longest ? longest->integer().value_or(-1) : kMaxLength + 1;
  if (low < 0 || low > kMaxLength || high < low) return refuse("its lengths cannot be held");
  return length_grammar(low, high, spelling, rules_);
}

std::string SchemaCompiler::visit_number(const Parts& parts, bool whole) {
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
