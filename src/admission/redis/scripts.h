// The text of the scripts that rules.h hands to the store. Lua 5.1 as Redis and Valkey embed it.
#pragma once

#include <string_view>

namespace trilogue::admission::redis {

// Stands before each of the others, after a function `clock()`.
extern const std::string_view kMinutes;

extern const std::string_view kBegin;
extern const std::string_view kCharge;
extern const std::string_view kNote;
extern const std::string_view kEnd;
extern const std::string_view kEnter;

}  // namespace trilogue::admission::redis
