// Input as items of the full official shape, with ids: what `input_items` lists and later requests of the
// chain are given. For conversation.cpp. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "dialect/responses/options.h"
#include "wire/json_node.h"

namespace trilogue::dialect::responses {

// An item that was read without fault. All its fields are kept; its id too, if it has one.
std::string input_item(const wire::Node& item, std::string_view type, const IdMaker& ids);

// A text, as the message of a user.
std::string user_item(std::string_view text, const IdMaker& ids);

}  // namespace trilogue::dialect::responses
