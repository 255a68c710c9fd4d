#include "dialect/responses/tools.h"

#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "dialect/request_fields.h"

namespace trilogue::dialect::responses {

namespace {

using wire::Node;
using wire::Reader;

constexpr std::size_t kLongestName = 128;

// What the model fills in for a tool that takes a text.
constexpr std::string_view kTextParameters =
    R"({"type":"object","properties":{"input":{"type":"string","description":"The whole input, as text"}},)"
    R"("required":["input"],"additionalProperties":false})";

class ToolReader {
 public:
  explicit ToolReader(Reader& reader) : reader_(reader) {}

  void read_list(const Node& list) {
    if (!reader_.is_array(list)) return;
    for (const Node tool : list.elements()) {
      read(tool, nullptr);
      if (reader_.failed()) return;
    }
  }

  Tools take() { return std::move(tools_); }

 private:
  void read(const Node& tool, const Node* name_space) {
    if (!reader_.require(tool) || !reader_.is_object(tool)) return;
    const std::string_view type = reader_.required_text(tool.field("type"));
    if (type == "function") {
      read_function(tool, name_space);
    } else if (type == "custom") {
      read_custom(tool, name_space);
    } else if (type == "namespace" && name_space == nullptr) {
      read_namespace(tool);
    }
  }

  void read_namespace(const Node& tool) {
    const Node name = tool.field("name");
    read_tool_name(reader_, name);
    const Node list = tool.field("tools");
    if (!reader_.require(list) || !reader_.is_array(list)) return;
    for (const Node child : list.elements()) {
      read(child, &name);
      if (reader_.failed()) return;
    }
  }

  void read_function(const Node& tool, const Node* name_space) {
    canon::Tool shown = named(tool, name_space);
    shown.description = reader_.text(tool.field("description")).value_or(std::string_view());
    const Node parameters = tool.field("parameters");
    if (reader_.is_object(parameters)) shown.parameters = parameters.value().to_json();
    shown.strict = reader_.boolean(tool.field("strict"), false);
    add(tool, std::move(shown), name_space, false);
  }

  void read_custom(const Node& tool, const Node* name_space) {
    canon::Tool shown = named(tool, name_space);
    shown.description = reader_.text(tool.field("description")).value_or(std::string_view());
    append_format(shown.description, tool.field("format"));
    shown.parameters = kTextParameters;
    add(tool, std::move(shown), name_space, true);
  }

  // A grammar is told to the model, not enforced.
  void append_format(std::string& description, const Node& format) {
    if (!reader_.is_object(format)) return;
    const Node type = format.field("type");
    const std::string_view kind = reader_.required_text(type);
    if (kind == "grammar") {
      const std::string_view syntax = reader_.required_text(format.field("syntax"));
      const std::string_view definition = reader_.required_text(format.field("definition"));
      if (!description.empty()) description += "\n\n";
      description += "The input must match this grammar (" + std::string(syntax) + "):\n";
      description += definition;
    } else if (kind != "text") {
      reader_.fault(type, "expected text or grammar");
    }
  }

  canon::Tool named(const Node& tool, const Node* name_space) {
    canon::Tool shown;
    const Node name = tool.field("name");
    shown.name = read_tool_name(reader_, name);
    if (reader_.failed() || name_space == nullptr) return shown;
    shown.name = flattened_name(*name_space->value().text(), shown.name);
    if (shown.name.size() > kLongestName)
      reader_.fault(name, "expected at most 128 characters together with the name of the namespace");
    return shown;
  }

  void add(const Node& tool, canon::Tool shown, const Node* name_space, bool custom) {
    if (reader_.failed()) return;
    if (!names_.insert(shown.name).second) {
      reader_.fault(tool, "a second tool named \"" + shown.name + "\"");
      return;
    }
    const std::string_view within = name_space ? *name_space->value().text() : std::string_view();
    tools_.offered.push_back({shown.name, std::string(*tool.field("name").value().text()),
                              std::string(within), custom, tool.path()});
    tools_.shown.push_back(std::move(shown));
  }

  Reader& reader_;
  Tools tools_;
  std::unordered_set<std::string> names_;
};

using Place = std::optional<std::size_t>;  // of a tool among those offered

// Finds tools by what a choice calls them: the name that is offered, or name and namespace apart.
class Places {
 public:
  explicit Places(const std::vector<OfferedTool>& offered) : offered_(offered) {
    for (std::size_t i = 0; i < offered.size(); ++i) places_.emplace(offered[i].offered, i);
  }

  Place find(std::string_view name, std::string_view name_space) const {
    const std::string flat = name_space.empty() ? std::string(name) : flattened_name(name_space, name);
    const auto found = places_.find(flat);
    if (found == places_.end()) return std::nullopt;
    const OfferedTool& tool = offered_[found->second];
    const bool same = name_space.empty() || (tool.name == name && tool.name_space == name_space);
    return same ? Place(found->second) : std::nullopt;
  }

 private:
  const std::vector<OfferedTool>& offered_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

Place named_place(Reader& reader, const Node& choice, const Places& places) {
  const Node name = choice.field("name");
  const std::string_view text = read_tool_name(reader, name);
  const auto name_space = reader.text(choice.field("namespace"));
  const Place place = places.find(text, name_space.value_or(std::string_view()));
  if (!place) reader.fault(name, "no tool of this name is in tools");
  return place;
}

bool is_callable(std::string_view type) {
  return type == "function" || type == "custom";
}

void keep_only(Tools& tools, const std::vector<bool>& kept) {
  Tools out;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    out.shown.push_back(std::move(tools.shown[i]));
    out.offered.push_back(std::move(tools.offered[i]));
  }
  tools = std::move(out);
}

void narrow(Reader& reader, const Node& list, Tools& tools) {
  std::vector<bool> kept(tools.shown.size(), false);
  const Places places(tools.offered);
  if (!reader.require(list) || !reader.is_array(list)) return;
  for (const Node tool : list.elements()) {
    if (!reader.require(tool) || !reader.is_object(tool)) return;
    if (!is_callable(reader.required_text(tool.field("type")))) continue;
    if (const Place place = named_place(reader, tool, places)) kept[*place] = true;
    if (reader.failed()) return;
  }
  keep_only(tools, kept);
}

canon::ToolChoice read_allowed(Reader& reader, const Node& choice, Tools& tools) {
  const Node mode = choice.field("mode");
  const std::string_view text = reader.required_text(mode);
  if (text != "auto" && text != "required") reader.fault(mode, "expected auto or required");
  const Node list = choice.field("tools");
  narrow(reader, list, tools);
  if (text != "required") return {};
  if (tools.shown.empty()) reader.fault(list, "requires a tool, but none of these can be called");
  return {canon::ToolUse::required, {}, true};
}

canon::ToolChoice read_object(Reader& reader, const Node& choice, Tools& tools) {
  const Node type = choice.field("type");
  const std::string_view text = reader.required_text(type);
  if (text == "allowed_tools") return read_allowed(reader, choice, tools);
  if (!is_callable(text)) {
    reader.fault(type, "expected function, custom or allowed_tools");
    return {};
  }
  const Place place = named_place(reader, choice, Places(tools.offered));
  return {canon::ToolUse::required, place ? tools.shown[*place].name : std::string(), true};
}

canon::ToolChoice read_choice(Reader& reader, const Node& choice, Tools& tools) {
  if (!choice.present()) return {};
  if (choice.value().kind() == wire::Kind::object) return read_object(reader, choice, tools);
  const auto text = choice.value().text();
  if (text == "auto") return {};
  if (text == "none") return {canon::ToolUse::none, {}, true};
  if (text != "required") {
    reader.fault(choice, R"(expected "auto", "none", "required" or {"type": "function", "name": …})");
    return {};
  }
  if (tools.shown.empty()) reader.fault(choice, "requires a tool, but tools has none that can be called");
  return {canon::ToolUse::required, {}, true};
}

}  // namespace

std::string flattened_name(std::string_view name_space, std::string_view name) {
  std::string out(name_space);
  if (!out.ends_with("__")) out += "__";
  out += name;
  return out;
}

Tools read_tools(Reader& reader, const Node& tools) {
  ToolReader list(reader);
  list.read_list(tools);
  return list.take();
}

canon::ToolChoice read_tool_choice(Reader& reader, const Node& body, Tools& tools) {
  canon::ToolChoice choice = read_choice(reader, body.field("tool_choice"), tools);
  choice.parallel = reader.boolean(body.field("parallel_tool_calls"), true);
  return choice;
}

}  // namespace trilogue::dialect::responses
