// How the events of one kind of item are called. For stream.cpp.
#pragma once

#include <string_view>

#include "dialect/responses/output_item.h"

namespace trilogue::dialect::responses {

struct EventNames {
  std::string_view part_added;  // empty: the item has no parts
  std::string_view delta;
  std::string_view done;
  std::string_view part_done;
  std::string_view place;  // a JSON field that says where in the item it is
  std::string_view whole;  // the field of `done` that holds the text
};

const EventNames& names_of(ItemKind kind, ReasoningStyle style);

}  // namespace trilogue::dialect::responses
