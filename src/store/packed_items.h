// Items of a response in one blob, one after the other: each is the lengths of its id and its JSON, a line
// end, and the two: `6 13\nmsg_ab{"id":"msg_ab"}`. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/responses.h"

namespace trilogue::store {

void pack(std::string& to, const Item& item);
std::string pack(const std::vector<Item>& items);

// Nothing for bytes that pack() did not write.
std::optional<std::vector<Item>> unpack(std::string_view packed);

}  // namespace trilogue::store
