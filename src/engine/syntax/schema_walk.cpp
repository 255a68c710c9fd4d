#include "engine/syntax/schema_walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace trilogue::engine::syntax {

void SchemaWalk::refuse(std::string why) {
  if (error_.empty()) error_ = std::move(why);
}

SchemaWalk::Level::Level(SchemaWalk& walk) : walk_(walk) {
  if (++walk_.visits_ > kMaxVisits) walk_.refuse("it is too large");
  if (++walk_.depth_ > kMaxDepth) walk_.refuse("it is nested too deep");
}

SchemaWalk::Following::Following(SchemaWalk& walk, std::string_view reference) : walk_(walk) {
  auto& followed = walk_.followed_;
  if (std::find(followed.begin(), followed.end(), reference) != followed.end())
    walk_.refuse("a $ref leads back to itself");
  followed.emplace_back(reference);
}

std::optional<wire::Value> SchemaWalk::target(std::string_view reference) const {
  if (reference == "#") return root_;
  if (!reference.starts_with("#/")) return std::nullopt;
  std::optional<wire::Value> at = root_;
  reference.remove_prefix(2);
  while (at && !reference.empty()) {
    const std::size_t end = reference.find('/');
    at = at->find(reference.substr(0, end));
    reference = end == std::string_view::npos ? std::string_view() : reference.substr(end + 1);
  }
  return at;
}

bool SchemaWalk::flatten(wire::Value schema, SchemaParts& parts) {
  const Level level(*this);
  if (parts.size() > kMaxParts) refuse("it is too large");
  if (failed() || schema.boolean() == true) return !failed();
  if (schema.kind() != wire::Kind::object) return refuse("a schema must be an object"), false;
  parts.push_back({schema});
  if (const auto reference = schema.find("$ref")) {
    const std::string_view path = reference->text().value_or("");
    const auto other = target(path);
    if (!other) return refuse("a $ref leads nowhere"), false;
    const Following following(*this, path);
    if (failed() || !flatten(*other, parts)) return false;
  }
  if (const auto all = schema.find("allOf")) {
    for (const wire::Value one : all->elements()) {
      if (!flatten(one, parts)) return false;
    }
  }
  return true;
}

SchemaObject SchemaWalk::object_of(const SchemaParts& parts) {
  SchemaObject object;
  bool named = false;
  std::optional<wire::Value> more;
  std::set<std::string_view> required;
  std::map<std::string_view, std::size_t> known;  // where it stands among the properties
  for (const SchemaPart& part : parts) {
    if (const auto properties = part.schema.find("properties")) {
      for (const auto& [name, schema] : properties->fields()) {
        named = true;
        if (known.emplace(name, object.properties.size()).second)
          object.properties.push_back({name, schema, false});
      }
    }
    if (const auto list = part.schema.find("required")) {
      for (const wire::Value name : list->elements()) {
        const auto text = name.text();
        text ? void(required.insert(*text)) : refuse("`required` holds what is no name");
      }
    }
    const auto own = part.schema.find("additionalProperties");
    if (own && (!more || own->boolean() == false)) more = own;
  }
  object.more = more ? more->boolean() != false : !named;
  if (more && more->kind() == wire::Kind::object) object.more_schema = more;
  for (const std::string_view name : required) {
    if (const auto found = known.find(name); found != known.end()) {
      object.properties[found->second].required = true;
    } else if (more && more->boolean() == false) {
      refuse("`required` names a property that is not described");
    } else {
      object.properties.push_back({name, object.more_schema, true});
    }
  }
  return object;
}

bool has_any(wire::Value schema, std::initializer_list<std::string_view> keywords) {
  return std::any_of(keywords.begin(), keywords.end(),
                     [schema](std::string_view word) { return schema.find(word).has_value(); });
}

std::optional<wire::Value> find_in(const SchemaParts& parts, std::string_view keyword) {
  for (const auto& part : parts) {
    if (auto value = part.schema.find(keyword)) return value;
  }
  return std::nullopt;
}

SchemaItems items_of(const SchemaParts& parts) {
  SchemaItems out;
  out.more = find_in(parts, "items");
  auto list = find_in(parts, "prefixItems");
  if (out.more && out.more->kind() == wire::Kind::array)
    list = std::exchange(out.more, find_in(parts, "additionalItems"));
  if (!list) return out;
  for (const wire::Value one : list->elements()) out.first.push_back(one);
  return out;
}

std::optional<SchemaChoices> choices_in(const SchemaParts& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].choices_done) continue;
    const auto any = parts[i].schema.find("anyOf");
    const auto one = parts[i].schema.find("oneOf");
    if (any || one) return SchemaChoices{i, any ? *any : *one, any && one};
  }
  return std::nullopt;
}

SchemaTypes types_of(const SchemaParts& parts) {
  SchemaTypes types;
  const auto type = find_in(parts, "type");
  const auto nullable = find_in(parts, "nullable");
  if (!type) {
    const std::string_view implied = implied_type(parts);
    types.any = implied.empty();
    if (!types.any) types.names.push_back(implied);
  } else if (type->kind() == wire::Kind::array) {
    for (const wire::Value one : type->elements()) types.names.push_back(one.text().value_or(""));
  } else {
    types.names.push_back(type->text().value_or(""));
  }
  if (!types.any && nullable && nullable->boolean() == true) types.names.emplace_back("null");
  return types;
}

std::string_view implied_type(const SchemaParts& parts) {
  for (const auto& part : parts) {
    if (has_any(part.schema, {"properties", "required", "additionalProperties", "propertyNames"}))
      return "object";
    if (has_any(part.schema, {"items", "prefixItems", "minItems", "maxItems"})) return "array";
    if (has_any(part.schema, {"pattern", "minLength", "maxLength", "format"})) return "string";
    if (has_any(part.schema, {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})) return "number";
  }
  return {};
}

}  // namespace trilogue::engine::syntax
