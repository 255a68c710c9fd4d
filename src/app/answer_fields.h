// Fields of the server's answer as they stand in a terminal's table: "" for what is not there.
#pragma once

#include <string>
#include <string_view>

#include "wire/json.h"

namespace trilogue::app {

std::string text_of(const wire::Value& object, std::string_view key);
std::string count_of(const wire::Value& object, std::string_view key);
std::string day_of(const wire::Value& object, std::string_view key);  // of seconds since 1970, in UTC

}  // namespace trilogue::app
