// Bytes as base64 text and back (RFC 4648, section 4: the standard alphabet, padded). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trilogue::wire {

void append_base64(std::string& out, std::string_view bytes);

// Empty when this is not the one text that stands for some bytes: another character, a length that is no
// multiple of four, bits left over that are not zero.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace trilogue::wire
