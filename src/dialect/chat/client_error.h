// What a server's error says, for the client half: in a refusal's body, in a chunk, in a reply.
#pragma once

#include <optional>
#include <string>

#include "base/failure.h"
#include "wire/json.h"

namespace trilogue::dialect::chat {

// The server's own failure.
base::Failure upstream(std::string message);

// Of a body {"error": {…}} or {"error": "…"}; empty when it has none.
std::optional<base::Failure> error_in(const wire::Value& body);

}  // namespace trilogue::dialect::chat
