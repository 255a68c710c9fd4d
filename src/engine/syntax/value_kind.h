// Which parameters of a tool are strings: a model that writes values between tags leaves out the quotes, so
// only the tool's schema can tell the string 7 from the number 7. Pure functions of schema text.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace trilogue::engine::syntax {

enum class ValueKind {
  text,    // always a string
  json,    // never a string
  either,  // by its look: JSON of another kind than a string is taken as that, all else as a string
};

// Of the parameters of one tool. What says nothing about its kind, and all of a schema that cannot be read,
// counts as `either`.
struct ValueKinds {
  std::map<std::string, ValueKind, std::less<>> named;
  ValueKind others = ValueKind::either;  // by `additionalProperties`

  ValueKind of(std::string_view name) const {
    const auto known = named.find(name);
    return known == named.end() ? others : known->second;
  }
  friend bool operator==(const ValueKinds&, const ValueKinds&) = default;
};

ValueKinds value_kinds(std::string_view schema);

// The JSON text for a value of `kind` that a model wrote as `raw`. What should be JSON and is not becomes a
// string.
std::string json_of_raw(std::string_view raw, ValueKind kind);

}  // namespace trilogue::engine::syntax
