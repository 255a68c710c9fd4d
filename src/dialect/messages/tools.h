// The `tools` and `tool_choice` of a Messages request. For request.cpp only; faults go to the reader.
#pragma once

#include <cstddef>
#include <vector>

#include "canon/request.h"
#include "wire/json_node.h"

namespace trilogue::dialect::messages {

// The tools of the caller's own. Those with a `type` that Anthropic defines (web_search_20250305 and its
// like) are left out: this server runs none, and no model here was taught them. `places` gets the index that
// each tool kept has in the request.
std::vector<canon::Tool> read_tools(wire::Reader& reader, const wire::Node& tools,
                                    std::vector<std::size_t>& places);

// A choice must be possible with these tools.
canon::ToolChoice read_tool_choice(wire::Reader& reader, const wire::Node& choice,
                                   const std::vector<canon::Tool>& tools);

}  // namespace trilogue::dialect::messages
