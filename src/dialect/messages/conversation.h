// The `system` and `messages` of a Messages request as turns. For request.cpp only.
#pragma once

#include <vector>

#include "canon/request.h"
#include "wire/json_node.h"

namespace trilogue::dialect::messages {

// A fault goes to the reader. A tool result must name a call of an earlier assistant message, and takes its
// tool's name from there. Of a user message the tool results come first, in their order, then its text. The
// result of a tool that failed begins with "Error: ", which is all that a template can say of it.
std::vector<canon::Turn> read_turns(wire::Reader& reader, const wire::Node& system,
                                    const wire::Node& messages);

}  // namespace trilogue::dialect::messages
