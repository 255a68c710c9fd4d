// Text from a model, as a terminal may show it. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace trilogue::app {

// Control characters become visible signs, so that no escape sequence reaches the terminal; newlines and tabs
// stay. `text` is valid UTF-8.
std::string shown_on_terminal(std::string_view text);

}  // namespace trilogue::app
