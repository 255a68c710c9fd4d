// What the parameters of a tool may be: a model that writes values between tags leaves out the quotes, so
// only the tool's schema can tell the string 7 from the number 7. One per call that is read, or per tool that
// a grammar is made for; any one thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/syntax/schema_walk.h"
#include "wire/json.h"

namespace trilogue::engine::syntax {

enum class ValueKind {
  text,    // always a string
  json,    // never a string
  either,  // JSON of another kind that fits the schema is taken as that, all else as a string
};

// Of a schema within the walk's document. What says nothing about its kind, or cannot be walked, is `either`.
ValueKind kind_of(SchemaWalk& walk, wire::Value schema);

class ParameterKinds final {
 public:
  // `schema`: the tool's. Of one that cannot be read every parameter counts as `either`.
  explicit ParameterKinds(std::string_view schema);

  ValueKind of(std::string_view name) const { return parameter(name).kind; }

  // The JSON text for what a model wrote as `raw`. What should be JSON and is not becomes a string.
  std::string json_of(std::string_view name, std::string_view raw) const;

 private:
  struct Parameter {
    ValueKind kind = ValueKind::either;
    std::optional<wire::Value> schema;  // absent: anything fits
  };
  const Parameter& parameter(std::string_view name) const;

  std::optional<wire::Document> document_;
  std::map<std::string, Parameter, std::less<>> named_;
  Parameter others_;  // by `additionalProperties`
};

}  // namespace trilogue::engine::syntax
