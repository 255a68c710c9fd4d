// Numbers that JSON allows and that neither 64 bits nor a double hold. Pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trilogue::wire {

// The same JSON text with each of them as the double that is nearest to it; empty when it holds none. What is
// no well-formed number stays as it is.
std::optional<std::string> with_narrower_numbers(std::string_view json);

}  // namespace trilogue::wire
