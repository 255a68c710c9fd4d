// The `messages` of a Chat Completions request as turns. For request.cpp only.
#pragma once

#include <vector>

#include "canon/request.h"
#include "wire/json_node.h"

namespace trilogue::dialect::chat {

// A fault goes to the reader. A tool result must name a call of an earlier assistant message, and takes its
// tool's name from there. An assistant's `arguments` that are no JSON object (an answer cut off in the middle
// of a call, sent back) become {"unparsed": "<the text>"}: the conversation goes on and templates find an
// object.
std::vector<canon::Turn> read_messages(wire::Reader& reader, const wire::Node& messages);

}  // namespace trilogue::dialect::chat
