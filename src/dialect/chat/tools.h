// The `tools` and `tool_choice` of a Chat Completions request. For the parser's own files only; faults go to
// the reader.
#pragma once

#include <string_view>
#include <vector>

#include "canon/request.h"
#include "wire/json_node.h"

namespace trilogue::dialect::chat {

// A fault unless `holder.type` is absent or "function".
void require_function_type(wire::Reader& reader, const wire::Node& holder);

// [A-Za-z0-9_-]{1,128}
std::string_view read_tool_name(wire::Reader& reader, const wire::Node& name);

std::vector<canon::Tool> read_tools(wire::Reader& reader, const wire::Node& tools);

// `tool_choice` and `parallel_tool_calls` of the body; a choice must be possible with these tools.
canon::ToolChoice read_tool_choice(wire::Reader& reader, const wire::Node& body,
                                   const std::vector<canon::Tool>& tools);

}  // namespace trilogue::dialect::chat
