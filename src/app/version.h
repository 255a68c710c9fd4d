// The version, as CMakeLists.txt has it.
#pragma once

#include <string_view>

namespace trilogue::app {

inline constexpr std::string_view kVersion = TRILOGUE_VERSION;

}  // namespace trilogue::app
