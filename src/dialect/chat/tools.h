// The `tools` and `tool_choice` of a Chat Completions request. For the parser's own files only; faults go to
// the reader.
#pragma once

#include <vector>

#include "canon/request.h"
#include "wire/json_node.h"

namespace trilogue::dialect::chat {

// A fault unless `holder.type` is absent or "function".
void require_function_type(wire::Reader& reader, const wire::Node& holder);

std::vector<canon::Tool> read_tools(wire::Reader& reader, const wire::Node& tools);

// `tool_choice` and `parallel_tool_calls` of the body; a choice must be possible with these tools.
canon::ToolChoice read_tool_choice(wire::Reader& reader, const wire::Node& body,
                                   const std::vector<canon::Tool>& tools);

}  // namespace trilogue::dialect::chat
