#include "dialect/request_fields.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/utf8.h"

namespace trilogue::dialect {

namespace {

using wire::Node;
using wire::Reader;

constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestEcho = 64;

// What clients send beside the three documented tiers is mapped to the nearest.
constexpr std::array<std::pair<std::string_view, canon::Effort>, 7> kEfforts{
    {{"none", canon::Effort::none},
     {"minimal", canon::Effort::low},
     {"low", canon::Effort::low},
     {"medium", canon::Effort::medium},
     {"high", canon::Effort::high},
     {"xhigh", canon::Effort::high},
     {"max", canon::Effort::high}}};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

int as_count(std::int64_t value) {
  return static_cast<int>(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
}

std::optional<canon::Effort> read_effort(Reader& reader, const Node& node) {
  const auto text = reader.text(node);
  if (!text) return std::nullopt;
  for (const auto& [name, effort] : kEfforts) {
    if (*text == name) return effort;
  }
  reader.fault(node, "expected low, medium or high");
  return std::nullopt;
}

std::string_view read_model(Reader& reader, const Node& body) {
  const Node model = body.field("model");
  const std::string_view name = reader.required_text(model);
  if (name.empty()) reader.fault(model, "must not be empty");
  if (name.size() > kLongestModelName) reader.fault(model, "expected at most 256 bytes");
  return name;
}

std::string_view read_stop_string(Reader& reader, const Node& text) {
  const std::string_view stop = reader.required_text(text);
  if (stop.empty()) reader.fault(text, "must not be empty");
  if (stop.size() > kLongestStopString) reader.fault(text, "expected at most 512 bytes");
  return stop;
}

std::vector<std::string> read_stop_strings(Reader& reader, const Node& array) {
  std::vector<std::string> out;
  if (!reader.is_array(array)) return out;
  for (const Node item : array.elements()) {
    if (out.size() == kMostStopStrings) reader.fault(array, "expected at most 16 strings");
    if (reader.failed()) break;
    out.emplace_back(read_stop_string(reader, item));
  }
  return out;
}

std::string_view read_tool_name(Reader& reader, const Node& name) {
  const std::string_view text = reader.required_text(name);
  const bool fits = !text.empty() && text.size() <= kLongestName &&
                    std::all_of(text.begin(), text.end(), is_name_character);
  if (!fits) reader.fault(name, "expected 1 to 128 characters of A-Z, a-z, 0-9, _ and -");
  return text;
}

void require_new_name(Reader& reader, const Node& tool, std::string_view name, ToolNames& names) {
  if (names.insert(name).second) return;
  reader.fault(tool, "a second tool named \"" + std::string(name) + "\"");
}

void require_known_tool(Reader& reader, const Node& name, const std::vector<canon::Tool>& tools) {
  const auto text = reader.text(name);
  const bool known =
      std::any_of(tools.begin(), tools.end(), [&](const auto& tool) { return tool.name == text; });
  if (!known) reader.fault(name, "no tool of this name is in tools");
}

std::string media_refusal(std::string_view type) {
  return "media parts (" + std::string(type) + ") are not supported by this model yet";
}

std::string shortened(std::string_view text) {
  return std::string(text.substr(0, wire::border_before(text, kLongestEcho)));
}

}  // namespace trilogue::dialect
