#include "engine/syntax/value_kind.h"

#include <array>
#include <optional>
#include <utility>

#include "wire/json.h"
#include "wire/json_writer.h"

namespace trilogue::engine::syntax {
namespace {

// Both alternatives may occur.
std::optional<ValueKind> joined(std::optional<ValueKind> a, std::optional<ValueKind> b) {
  if (!a || !b) return a ? a : b;
  return *a == *b ? a : ValueKind::either;
}

ValueKind kind_of_type(std::string_view type) {
  return type == "string" ? ValueKind::text : ValueKind::json;
}

ValueKind kind_of_sample(wire::Value sample) {
  return sample.text() ? ValueKind::text : ValueKind::json;
}

// `#/$defs/x` and `#/definitions/x`, the forms that generators of schemas write.
std::optional<wire::Value> follow(std::string_view reference, wire::Value root) {
  if (!reference.starts_with("#/")) return std::nullopt;
  std::optional<wire::Value> at = root;
  reference.remove_prefix(2);
  while (at && !reference.empty()) {
    const std::size_t end = reference.find('/');
    at = at->find(reference.substr(0, end));
    reference = end == std::string_view::npos ? std::string_view() : reference.substr(end + 1);
  }
  return at;
}

// Reads one schema, with a limit on how often its parts are visited: references may lead back many times.
class KindReader {
 public:
  explicit KindReader(wire::Value root) : root_(root) {}

  ValueKinds read() {
    collect(root_, kMaxSteps);
    return std::move(kinds_);
  }

 private:
  static constexpr int kMaxSteps = 8;  // of references and alternatives inside one another
  static constexpr int kMaxVisits = 20'000;

  std::optional<ValueKind> kind_of(wire::Value schema, int steps);
  // The first that names a parameter counts, as it does for the grammar.
  void collect(wire::Value schema, int steps);

  wire::Value root_;
  ValueKinds kinds_;
  bool others_known_ = false;
  int visits_ = 0;
};

std::optional<ValueKind> KindReader::kind_of(wire::Value schema, int steps) {
  if (steps == 0 || ++visits_ > kMaxVisits) return ValueKind::either;
  if (const auto type = schema.find("type")) {
    if (const auto name = type->text()) return kind_of_type(*name);
    std::optional<ValueKind> kind;
    for (const wire::Value name : type->elements())
      kind = joined(kind, kind_of_type(name.text().value_or("")));
    if (kind) return kind;
  }
  if (const auto sample = schema.find("const")) return kind_of_sample(*sample);
  if (const auto samples = schema.find("enum")) {
    std::optional<ValueKind> kind;
    for (const wire::Value sample : samples->elements()) kind = joined(kind, kind_of_sample(sample));
    return kind;
  }
  if (const auto reference = schema.find("$ref")) {
    const auto target = follow(reference->text().value_or(""), root_);
    return target ? kind_of(*target, steps - 1) : ValueKind::either;
  }
  for (const char* word : {"anyOf", "oneOf"}) {
    std::optional<ValueKind> kind;
    const auto list = schema.find(word);
    if (!list) continue;
    for (const wire::Value one : list->elements()) {
      kind = joined(kind, kind_of(one, steps - 1).value_or(ValueKind::either));
    }
    return kind;
  }
  if (const auto list = schema.find("allOf")) {
    for (const wire::Value one : list->elements()) {
      if (const auto kind = kind_of(one, steps - 1)) return kind;
    }
  }
  return std::nullopt;
}

void KindReader::collect(wire::Value schema, int steps) {
  if (steps == 0 || ++visits_ > kMaxVisits) return;
  if (const auto properties = schema.find("properties")) {
    for (const auto& [name, property] : properties->fields())
      kinds_.named.emplace(name, kind_of(property, kMaxSteps).value_or(ValueKind::either));
  }
  const auto others = schema.find("additionalProperties");
  if (others && !others_known_) {
    others_known_ = true;
    kinds_.others = kind_of(*others, kMaxSteps).value_or(ValueKind::either);
  }
  if (const auto reference = schema.find("$ref")) {
    const auto other = follow(reference->text().value_or(""), root_);
    if (other) collect(*other, steps - 1);
  }
  if (const auto all = schema.find("allOf")) {
    for (const wire::Value one : all->elements()) collect(one, steps - 1);
  }
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

ValueKinds value_kinds(std::string_view schema) {
  const auto document = wire::Document::parse(std::string(schema));
  return document ? KindReader(document->root()).read() : ValueKinds{};
}

std::string json_of_raw(std::string_view raw, ValueKind kind) {
  if (kind != ValueKind::text) {
    const std::string_view candidate = kind == ValueKind::json ? without_python(trimmed(raw)) : trimmed(raw);
    const auto document = wire::Document::parse(std::string(candidate));
    if (document && !(kind == ValueKind::either && document->root().text())) return std::string(candidate);
  }
  std::string json;
  wire::append_json_string(json, raw);
  return json;
}

}  // namespace trilogue::engine::syntax
