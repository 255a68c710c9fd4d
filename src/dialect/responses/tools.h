// The `tools` and `tool_choice` of a Responses request. For request.cpp only; faults go to the reader.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "canon/request.h"
#include "dialect/responses/options.h"
#include "wire/json_node.h"

namespace trilogue::dialect::responses {

struct Tools {
  std::vector<canon::Tool> shown;    // to the model
  std::vector<OfferedTool> offered;  // one for each of them
};

// `function` tools as they are, `custom` ones as a function of one string, those of a `namespace` one by one.
// Tools of other types are run by whoever offers them: nobody does here, so they are left out.
Tools read_tools(wire::Reader& reader, const wire::Node& tools);

// `tool_choice` and `parallel_tool_calls` of the body; a choice must be possible with these tools. The choice
// `allowed_tools` takes the others away.
canon::ToolChoice read_tool_choice(wire::Reader& reader, const wire::Node& body, Tools& tools);

// How the model is shown a tool of a namespace: `mcp__files` and `read` become `mcp__files__read`.
std::string flattened_name(std::string_view name_space, std::string_view name);

}  // namespace trilogue::dialect::responses
