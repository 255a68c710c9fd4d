#include "engine/syntax/schema_compiler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/syntax/text_tree.h"
#include "engine/syntax/value_kind.h"

namespace trilogue::engine::syntax {
namespace {

constexpr int kMaxAlternatives = 200;  // anyOf and oneOf directly inside one another multiply

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

}  // namespace

SchemaCompiler::SchemaCompiler(const wire::Document& document, GrammarRules& rules)
    : walk_(document.root()), rules_(rules) {}

std::string SchemaCompiler::refuse(std::string why) {
  walk_.refuse(std::move(why));
  return "\"\"";
}

base::Result<std::string> SchemaCompiler::done(std::string rule) {
  if (!walk_.failed() && rules_.overflowed()) refuse("it is too large");
  if (walk_.failed()) return base::invalid("", "The schema cannot be used: " + walk_.error() + ".");
  return rule;
}

base::Result<std::string> SchemaCompiler::compile() {
  return compile(walk_.root());
}

base::Result<std::string> SchemaCompiler::compile(wire::Value schema) {
  return done(visit(schema));
}

base::Result<std::string> SchemaCompiler::compile_between_tags(wire::Value schema,
                                                               const std::string& any_text) {
  SchemaWalk look(walk_.root());
  if (kind_of(look, schema) == ValueKind::json) return compile(schema);  // its references make shared rules
  any_text_ = any_text;
  SchemaParts parts;
  if (!flatten(schema, parts)) return done({});
  return done(visit_parts(parts, Spelling::raw));
}

base::Result<SchemaObject> SchemaCompiler::object() {
  SchemaParts parts;
  SchemaObject object;
  if (flatten(walk_.root(), parts)) {
    const auto type = find_in(parts, "type");
    if (type && type->text() != "object") refuse("it describes no object");
    if (choices_in(parts)) refuse("its outermost level has alternatives");
    object = walk_.object_of(parts);
  }
  if (walk_.failed()) return base::invalid("", "The schema cannot be used: " + walk_.error() + ".");
  return object;
}

// The schema, what its $ref and allOf add, and nothing among it that we cannot hold.
bool SchemaCompiler::flatten(wire::Value schema, SchemaParts& parts) {
  const std::size_t before = parts.size();
  if (schema.boolean() == false) refuse("nothing can fit `false`");
  if (!walk_.flatten(schema, parts)) return false;
  for (std::size_t i = before; i < parts.size(); ++i) check_keywords(parts[i].schema);
  return !walk_.failed();
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

std::string SchemaCompiler::visit(wire::Value schema) {
  const SchemaWalk::Level level(walk_);
  if (rules_.overflowed()) refuse("it is too large");
  if (walk_.failed()) return {};
  SchemaParts parts;
  const auto reference = schema.find("$ref");
  const bool alone =
      reference && !has_any(schema, {"allOf", "properties", "anyOf", "oneOf", "required", "type"});
  if (alone) return visit_reference(reference->text().value_or(""));
  return flatten(schema, parts) ? visit_parts(parts, Spelling::json) : std::string();
}

std::string SchemaCompiler::visit_reference(std::string_view reference) {
  const auto schema = walk_.target(reference);
  if (!schema) return refuse("a $ref leads nowhere");
  const SchemaWalk::Following following(walk_, reference);
  if (walk_.failed()) return {};
  const auto known = references_.find(reference);
  if (known != references_.end()) return known->second;
  const std::string name = rules_.reserve();
  references_.emplace(reference, name);
  rules_.define(name, visit(*schema));
  return name;
}

std::string SchemaCompiler::visit_parts(const SchemaParts& parts, Spelling spelling) {
  if (walk_.failed()) return {};
  if (const auto choices = choices_in(parts)) return visit_choices(parts, *choices, spelling);
  if (const auto sample = find_in(parts, "const")) {
    const bool text = spelling == Spelling::raw && sample->text();
    return quoted(text ? std::string(*sample->text()) : sample->to_json());
  }
  if (const auto list = find_in(parts, "enum")) return literals(parts, *list, spelling);
  return visit_types(parts, spelling);
}

std::string SchemaCompiler::visit_choices(const SchemaParts& parts, const SchemaChoices& choices,
                                          Spelling spelling) {
  if (choices.both) return refuse("`anyOf` beside `oneOf` is not supported");
  std::vector<wire::Value> all;
  for (const wire::Value choice : choices.list.elements()) all.push_back(choice);
  const int outer = alternatives_;
  alternatives_ *= static_cast<int>(all.size());
  if (alternatives_ > kMaxAlternatives) return refuse("it has too many alternatives");
  // An alternative that stands alone can be a reference; beside other keywords they all have to be merged.
  const bool alone = spelling == Spelling::json && parts.size() == 1 && implied_type(parts).empty() &&
                     !parts[0].schema.find("type");
  std::vector<std::string> ways;
  for (const wire::Value choice : all) {
    const SchemaWalk::Level level(walk_);
    if (alone) {
      ways.push_back(visit(choice));
    } else {
      SchemaParts merged = parts;
      merged[choices.part].choices_done = true;
      if (flatten(choice, merged)) ways.push_back(visit_parts(merged, spelling));
    }
    if (walk_.failed()) return {};
  }
  alternatives_ = outer;
  return ways.empty() ? refuse("an empty list of alternatives") : any_of(ways, spelling);
}

std::string SchemaCompiler::literals(const SchemaParts& parts, wire::Value list, Spelling spelling) {
  const auto type = find_in(parts, "type");
  TextTree texts(rules_);
  for (const wire::Value one : list.elements()) {
    const bool fits = !type || type->text() != "string" || one.text() || one.is_null();
    if (!fits) continue;
    const bool raw = spelling == Spelling::raw && one.text();
    texts.add(raw ? std::string(*one.text()) : one.to_json(), {});
  }
  const std::string rule = texts.rule();
  if (texts.is_too_wide()) return refuse("its `enum` is too large");
  return rule.empty() ? refuse("an empty `enum`") : rule;
}

std::string SchemaCompiler::visit_types(const SchemaParts& parts, Spelling spelling) {
  const SchemaTypes types = types_of(parts);
  if (types.any) return anything(spelling);
  std::vector<std::string> ways;
  for (const std::string_view type : types.names) ways.push_back(visit_type(parts, type, spelling));
  return ways.empty() ? refuse("an empty list of types") : any_of(ways, spelling);
}

std::string SchemaCompiler::visit_type(const SchemaParts& parts, std::string_view type, Spelling spelling) {
  if (type == "null") return "\"null\"";
  if (type == "boolean") return rules_.shared("boolean", R"("true" | "false")");
  if (type == "integer") return visit_number(parts, true);
  if (type == "number") return visit_number(parts, false);
  if (type == "string") return visit_string(parts, spelling);
  auto followed = walk_.forget_followed();
  const int outer = std::exchange(alternatives_, 1);
  std::string rule;
  if (type == "object") {
    rule = visit_object(parts);
  } else if (type == "array") {
    rule = visit_array(parts);
  } else {
    rule = refuse("an unknown type");
  }
  walk_.restore_followed(std::move(followed));
  alternatives_ = outer;
  return rule;
}

std::string SchemaCompiler::anything(Spelling spelling) {
  return spelling == Spelling::raw ? any_text_ : json_value(rules_);
}

std::string SchemaCompiler::any_of(const std::vector<std::string>& ways, Spelling spelling) {
  if (ways.size() == 1) return ways[0];
  // Beside any text all else is a text too.
  const bool free = spelling == Spelling::raw && std::find(ways.begin(), ways.end(), any_text_) != ways.end();
  return free ? any_text_ : rules_.add(alternatives(ways));
}

}  // namespace trilogue::engine::syntax
