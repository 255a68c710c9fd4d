// What an input item is, by its `type` or, where clients leave that out, by what it holds. Pure; any thread.
#pragma once

#include <string_view>

#include "wire/json.h"

namespace trilogue::dialect::responses {

inline constexpr std::string_view kItemReference = "item_reference";

// Its `type`; without one "message" when it has a role, "item_reference" when it has an id; else empty. Empty
// also when the type is no string.
std::string_view item_type(const wire::Value& item);

// Items of tools that only their own provider has, and of the bookkeeping of agents. They say nothing that a
// model here could use, and conversations that hold them must go on: they are left out of the prompt.
bool is_foreign_item(std::string_view type);

// What the id of an item of this type begins with.
std::string_view id_prefix(std::string_view type);

}  // namespace trilogue::dialect::responses
