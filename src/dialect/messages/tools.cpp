#include "dialect/messages/tools.h"

#include <string>
#include <string_view>

#include "dialect/request_fields.h"

namespace trilogue::dialect::messages {

namespace {

using wire::Node;
using wire::Reader;

bool is_callers_own(Reader& reader, const Node& tool) {
  const Node type = tool.field("type");
  const auto name = reader.text(type);
  // Meant for another API: to leave it out would look like a model that ignores its tools.
  if (name == "function")
    reader.fault(type, "expected custom; tools here are {name, description, input_schema}");
  return !name || *name == "custom";
}

canon::Tool read_tool(Reader& reader, const Node& tool, ToolNames& names) {
  canon::Tool out;
  const std::string_view name = read_tool_name(reader, tool.field("name"));
  if (!reader.failed()) require_new_name(reader, tool, name, names);
  out.name = name;
  out.description = reader.text(tool.field("description")).value_or(std::string_view());
  const Node schema = tool.field("input_schema");
  if (reader.require(schema) && reader.is_object(schema)) out.parameters = schema.value().to_json();
  out.strict = reader.boolean(tool.field("strict"), false);
  return out;
}

}  // namespace

std::vector<canon::Tool> read_tools(Reader& reader, const Node& tools, std::vector<std::size_t>& places) {
  std::vector<canon::Tool> out;
  if (!reader.is_array(tools)) return out;
  ToolNames names;
  std::size_t place = 0;
  for (const Node tool : tools.elements()) {
    if (!reader.require(tool) || !reader.is_object(tool)) break;
    if (is_callers_own(reader, tool)) {
      out.push_back(read_tool(reader, tool, names));
      places.push_back(place);
    }
    if (reader.failed()) break;
    ++place;
  }
  return out;
}

canon::ToolChoice read_tool_choice(Reader& reader, const Node& choice,
                                   const std::vector<canon::Tool>& tools) {
  canon::ToolChoice out;
  if (!reader.is_object(choice)) return out;
  out.parallel = !reader.boolean(choice.field("disable_parallel_tool_use"), false);
  const Node type = choice.field("type");
  const std::string_view how = reader.required_text(type);
  if (how == "none") {
    out.use = canon::ToolUse::none;
  } else if (how == "any") {
    out.use = canon::ToolUse::required;
    if (tools.empty()) reader.fault(type, "requires a tool, but tools has none");
  } else if (how == "tool") {
    out.use = canon::ToolUse::required;
    const Node name = choice.field("name");
    out.name = read_tool_name(reader, name);
    require_known_tool(reader, name, tools);
  } else if (how != "auto") {
    reader.fault(type, "expected auto, any, tool or none");
  }
  return out;
}

}  // namespace trilogue::dialect::messages
