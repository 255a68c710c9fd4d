#include "dialect/chat/tools.h"

#include <string>

#include "base/enum_table.h"
#include "dialect/request_fields.h"

namespace trilogue::dialect::chat {

namespace {

using wire::Node;
using wire::Reader;

constexpr base::EnumTable<canon::ToolUse, 3> kToolUseNames{{{canon::ToolUse::automatic, "auto"},
                                                            {canon::ToolUse::none, "none"},
                                                            {canon::ToolUse::required, "required"}}};
static_assert(base::is_complete(kToolUseNames));

canon::Tool read_tool(Reader& reader, const Node& tool, ToolNames& names) {
  canon::Tool out;
  if (!reader.require(tool) || !reader.is_object(tool)) return out;
  require_function_type(reader, tool);
  const Node function = tool.field("function");
  if (!reader.require(function) || !reader.is_object(function)) return out;
  const std::string_view name = read_tool_name(reader, function.field("name"));
  if (!reader.failed()) require_new_name(reader, tool, name, names);
  out.name = name;
  out.description = reader.text(function.field("description")).value_or(std::string_view());
  const Node parameters = function.field("parameters");
  if (reader.is_object(parameters)) out.parameters = parameters.value().to_json();
  out.strict = reader.boolean(function.field("strict"), false);
  return out;
}

canon::ToolChoice read_named_choice(Reader& reader, const Node& choice,
                                    const std::vector<canon::Tool>& tools) {
  require_function_type(reader, choice);
  const Node function = choice.field("function");
  if (!reader.require(function) || !reader.is_object(function)) return {};
  const Node name = function.field("name");
  canon::ToolChoice out{canon::ToolUse::required, std::string(read_tool_name(reader, name)), true};
  require_known_tool(reader, name, tools);
  return out;
}

canon::ToolChoice read_choice(Reader& reader, const Node& choice, const std::vector<canon::Tool>& tools) {
  if (!choice.present()) return {};
  if (choice.value().kind() == wire::Kind::object) return read_named_choice(reader, choice, tools);
  const auto text = choice.value().text();
  const auto use = text ? base::from_text(kToolUseNames, *text) : std::nullopt;
  if (!use) {
    reader.fault(choice,
                 R"(expected "auto", "none", "required" or {"type": "function", "function": {"name": …}})");
    return {};
  }
  if (*use == canon::ToolUse::required && tools.empty())
    reader.fault(choice, "requires a tool, but tools has none");
  return {*use, {}, true};
}

}  // namespace

void require_function_type(Reader& reader, const Node& holder) {
  const Node type = holder.field("type");
  const auto text = reader.text(type);
  if (text && *text != "function") reader.fault(type, "expected \"function\"");
}

std::vector<canon::Tool> read_tools(Reader& reader, const Node& tools) {
  std::vector<canon::Tool> out;
  if (!reader.is_array(tools)) return out;
  ToolNames names;
  for (const Node tool : tools.elements()) {
    out.push_back(read_tool(reader, tool, names));
    if (reader.failed()) break;
  }
  return out;
}

canon::ToolChoice read_tool_choice(Reader& reader, const Node& body, const std::vector<canon::Tool>& tools) {
  canon::ToolChoice choice = read_choice(reader, body.field("tool_choice"), tools);
  choice.parallel = reader.boolean(body.field("parallel_tool_calls"), true);
  return choice;
}

}  // namespace trilogue::dialect::chat
