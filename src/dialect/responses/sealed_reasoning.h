// Reasoning as the opaque text of `encrypted_content`: a version and the text in base64. Encoded so that it
// travels whole, not encrypted: the server keeps no secret from the client whose model thought it. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trilogue::dialect::responses {

std::string sealed(std::string_view reasoning);

// Empty when sealed() did not write it: another server's, or damaged.
std::optional<std::string> unsealed(std::string_view text);

}  // namespace trilogue::dialect::responses
