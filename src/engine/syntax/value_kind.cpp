#include "engine/syntax/value_kind.h"

#include <array>
#include <utility>

#include "engine/syntax/schema_check.h"
#include "wire/json_writer.h"

namespace trilogue::engine::syntax {
namespace {

using Kind = std::optional<ValueKind>;  // absent: nothing is known yet

// Both alternatives may occur.
Kind joined(Kind a, Kind b) {
  if (!a || !b) return a ? a : b;
  return *a == *b ? a : ValueKind::either;
}

ValueKind kind_of_sample(wire::Value sample) {
  return sample.text() ? ValueKind::text : ValueKind::json;
}

Kind kind_of_parts(SchemaWalk& walk, const SchemaParts& parts);

Kind kind_of_choices(SchemaWalk& walk, const SchemaParts& parts, const SchemaChoices& choices) {
  Kind kind;
  for (const wire::Value choice : choices.list.elements()) {
    const SchemaWalk::Level level(walk);
    SchemaParts merged = parts;
    merged[choices.part].choices_done = true;
    if (walk.failed() || !walk.flatten(choice, merged)) return ValueKind::either;
    kind = joined(kind, kind_of_parts(walk, merged).value_or(ValueKind::either));
  }
  return kind;
}

Kind kind_of_parts(SchemaWalk& walk, const SchemaParts& parts) {
  if (const auto choices = choices_in(parts)) return kind_of_choices(walk, parts, *choices);
  if (const auto sample = find_in(parts, "const")) return kind_of_sample(*sample);
  Kind kind;
  if (const auto samples = find_in(parts, "enum")) {
    for (const wire::Value sample : samples->elements()) kind = joined(kind, kind_of_sample(sample));
    return kind;
  }
  const SchemaTypes types = types_of(parts);
  for (const std::string_view type : types.names) {
    kind = joined(kind, type == "string" ? ValueKind::text : ValueKind::json);
  }
  return kind;
}

std::string_view trimmed(std::string_view raw) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = raw.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return raw.substr(first, raw.find_last_not_of(kSpace) - first + 1);
}

// Templates of the tagged kind show earlier values as Python prints them, and models copy what they see.
std::string_view without_python(std::string_view raw) {
  constexpr std::array<std::array<std::string_view, 2>, 3> kWords{
      {{"True", "true"}, {"False", "false"}, {"None", "null"}}};
  for (const auto& [python, json] : kWords) {
    if (raw == python) return json;
  }
  return raw;
}

}  // namespace

ValueKind kind_of(SchemaWalk& walk, wire::Value schema) {
  SchemaParts parts;
  if (!walk.flatten(schema, parts)) return ValueKind::either;
  const Kind kind = kind_of_parts(walk, parts);
  return walk.failed() ? ValueKind::either : kind.value_or(ValueKind::either);
}

ParameterKinds::ParameterKinds(std::string_view schema) {
  auto document = wire::Document::parse(std::string(schema));
  if (!document) return;
  document_.emplace(std::move(*document));
  SchemaWalk walk(document_->root());
  SchemaParts parts;
  if (!walk.flatten(document_->root(), parts)) return;
  const auto parameter_by = [&](wire::Value own) {
    SchemaWalk look(document_->root());
    return Parameter{kind_of(look, own), own};
  };
  const SchemaObject object = walk.object_of(parts);
  for (const SchemaProperty& property : object.properties) {
    if (property.schema) named_.emplace(property.name, parameter_by(*property.schema));
  }
  if (object.more_schema) others_ = parameter_by(*object.more_schema);
}

const ParameterKinds::Parameter& ParameterKinds::parameter(std::string_view name) const {
  const auto known = named_.find(name);
  return known == named_.end() ? others_ : known->second;
}

std::string ParameterKinds::json_of(std::string_view name, std::string_view raw) const {
  const Parameter& one = parameter(name);
  if (one.kind != ValueKind::text) {
    std::string candidate(one.kind == ValueKind::json ? without_python(trimmed(raw)) : trimmed(raw));
    const auto document = wire::Document::parse(candidate);
    const auto is_meant = [&] {
      if (one.kind == ValueKind::json) return true;
      if (document->root().text()) return false;
      if (!one.schema) return true;
      SchemaWalk walk(document_->root());
      return fits(walk, *one.schema, document->root());
    };
    if (document && is_meant()) return candidate;
  }
  std::string json;
  wire::append_json_string(json, raw);
  return json;
}

}  // namespace trilogue::engine::syntax
