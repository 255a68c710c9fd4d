#include "engine/syntax/schema_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "wire/utf8.h"

namespace trilogue::engine::syntax {
namespace {

bool is_of_type(wire::Value value, std::string_view type) {
  switch (value.kind()) {
    case wire::Kind::null:
      return type == "null";
    case wire::Kind::boolean:
      return type == "boolean";
    case wire::Kind::text:
      return type == "string";
    case wire::Kind::array:
      return type == "array";
    case wire::Kind::object:
      return type == "object";
    case wire::Kind::number: {
      const double number = value.number().value_or(0);
      return type == "number" || (type == "integer" && number == std::floor(number));
    }
  }
  return false;
}

bool stands_in(wire::Value value, wire::Value list) {
  const std::string json = value.to_json();
  for (const wire::Value one : list.elements()) {
    if (one.to_json() == json) return true;
  }
  return false;
}

// Limits of another kind than numbers hold nothing.
bool within(double size, wire::Value schema, std::string_view low, std::string_view high) {
  const auto least = schema.find(low);
  const auto most = schema.find(high);
  if (least && least->number() && size < *least->number()) return false;
  return !(most && most->number() && size > *most->number());
}

bool number_fits(double number, wire::Value schema) {
  if (!within(number, schema, "minimum", "maximum")) return false;
  const auto above = schema.find("exclusiveMinimum");
  const auto below = schema.find("exclusiveMaximum");
  if (above && above->number() && number <= *above->number()) return false;
  return !(below && below->number() && number >= *below->number());
}

double count(wire::Elements elements) {
  double sum = 0;
  for ([[maybe_unused]] const wire::Value one : elements) ++sum;
  return sum;
}

bool items_fit(SchemaWalk& walk, wire::Value schema, wire::Value value) {
  if (!within(count(value.elements()), schema, "minItems", "maxItems")) return false;
  const SchemaItems items = items_of({SchemaPart{schema}});
  std::size_t at = 0;
  for (const wire::Value item : value.elements()) {
    const auto by = at < items.first.size() ? std::optional(items.first[at]) : items.more;
    ++at;
    if (by && !fits(walk, *by, item)) return false;
  }
  return true;
}

// Of all parts together, for they share their names.
bool members_fit(SchemaWalk& walk, const SchemaParts& parts, wire::Value value) {
  const SchemaObject object = walk.object_of(parts);
  for (const SchemaProperty& property : object.properties) {
    if (property.required && !value.find(property.name)) return false;
  }
  for (const auto& [name, member] : value.fields()) {
    const auto is_it = [key = name](const SchemaProperty& property) { return property.name == key; };
    const auto property = std::find_if(object.properties.begin(), object.properties.end(), is_it);
    if (property != object.properties.end()) {
      if (property->schema && !fits(walk, *property->schema, member)) return false;
    } else if (!object.more || (object.more_schema && !fits(walk, *object.more_schema, member))) {
      return false;
    }
  }
  return true;
}

bool part_fits(SchemaWalk& walk, wire::Value schema, wire::Value value) {
  if (const auto sample = schema.find("const"); sample && sample->to_json() != value.to_json()) return false;
  if (const auto list = schema.find("enum"); list && !stands_in(value, *list)) return false;
  if (const auto number = value.number(); number && !number_fits(*number, schema)) return false;
  if (const auto text = value.text();
      text && !within(static_cast<double>(wire::count_characters(*text)), schema, "minLength", "maxLength"))
    return false;
  if (value.kind() == wire::Kind::array && !items_fit(walk, schema, value)) return false;
  for (const char* word : {"anyOf", "oneOf"}) {
    const auto list = schema.find(word);
    if (!list) continue;
    bool any = false;
    for (const wire::Value one : list->elements()) any = any || fits(walk, one, value);
    if (!any) return false;
  }
  return true;
}

}  // namespace

bool fits(SchemaWalk& walk, wire::Value schema, wire::Value value) {
  if (schema.boolean() == false) return false;
  const SchemaWalk::Level level(walk);
  SchemaParts parts;
  if (!walk.flatten(schema, parts)) return true;
  const SchemaTypes types = types_of(parts);
  const auto is_it = [value](std::string_view type) { return is_of_type(value, type); };
  const bool listed = find_in(parts, "enum") || find_in(parts, "const");
  if (!types.any && !listed && std::none_of(types.names.begin(), types.names.end(), is_it)) return false;
  const bool all = std::all_of(parts.begin(), parts.end(),
                               [&](const SchemaPart& part) { return part_fits(walk, part.schema, value); });
  if (!all) return false;
  return value.kind() != wire::Kind::object || members_fit(walk, parts, value);
}

}  // namespace trilogue::engine::syntax
