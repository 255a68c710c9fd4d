// Looks at the \uXXXX escapes of JSON text that a parser has refused, to say why. Pure; any thread.
#pragma once

#include <string_view>

namespace trilogue::wire {

// Half of a surrogate pair without the other: the one broken escape that clients really produce, by cutting a
// string between the two halves of a character.
bool has_lone_surrogate_escape(std::string_view json);

}  // namespace trilogue::wire
