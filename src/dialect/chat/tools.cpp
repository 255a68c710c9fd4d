#include "dialect/chat/tools.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "base/enum_table.h"

namespace trilogue::dialect::chat {

namespace {

using wire::Node;
using wire::Reader;

constexpr std::size_t kLongestName = 128;

constexpr base::EnumTable<canon::ToolUse, 3> kToolUseNames{{{canon::ToolUse::automatic, "auto"},
                                                            {canon::ToolUse::none, "none"},
                                                            {canon::ToolUse::required, "required"}}};
static_assert(base::is_complete(kToolUseNames));

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

canon::Tool read_tool(Reader& reader, const Node& tool) {
  canon::Tool out;
  if (!reader.require(tool) || !reader.is_object(tool)) return out;
  require_function_type(reader, tool);
  const Node function = tool.field("function");
  if (!reader.require(function) || !reader.is_object(function)) return out;
  out.name = read_tool_name(reader, function.field("name"));
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
  const bool known =
      std::any_of(tools.begin(), tools.end(), [&](const auto& tool) { return tool.name == out.name; });
  if (!known) reader.fault(name, "no tool of this name is in tools");
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

std::string_view read_tool_name(Reader& reader, const Node& name) {
  const std::string_view text = reader.required_text(name);
  const bool fits = !text.empty() && text.size() <= kLongestName &&
                    std::all_of(text.begin(), text.end(), is_name_character);
  if (!fits) reader.fault(name, "expected 1 to 128 characters of A-Z, a-z, 0-9, _ and -");
  return text;
}

std::vector<canon::Tool> read_tools(Reader& reader, const Node& tools) {
  std::vector<canon::Tool> out;
  if (!reader.is_array(tools)) return out;
  std::unordered_set<std::string> names;
  for (const Node tool : tools.elements()) {
    out.push_back(read_tool(reader, tool));
    if (reader.failed()) break;
    if (!names.insert(out.back().name).second) {
      reader.fault(tool, "a second tool named \"" + out.back().name + "\"");
    }
  }
  return out;
}

canon::ToolChoice read_tool_choice(Reader& reader, const Node& body, const std::vector<canon::Tool>& tools) {
  canon::ToolChoice choice = read_choice(reader, body.field("tool_choice"), tools);
  choice.parallel = reader.boolean(body.field("parallel_tool_calls"), true);
  return choice;
}

}  // namespace trilogue::dialect::chat
