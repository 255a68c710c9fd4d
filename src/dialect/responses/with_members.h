// A JSON object once more, some of its members changed. For this folder. Pure; any thread.
#pragma once

#include <string>

#include "wire/json.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::responses {

// `change(field)` gives the JSON that stands in the place of the member's value, "" to leave it.
template <class Change>
std::string with_members(wire::Value object, Change change) {
  std::string out;
  wire::JsonWriter json(out);
  json.begin_object();
  for (const wire::Field& field : object.fields()) {
    const std::string changed = change(field);
    json.key(field.key).raw(changed.empty() ? field.value.to_json() : changed);
  }
  json.end_object();
  return out;
}

}  // namespace trilogue::dialect::responses
