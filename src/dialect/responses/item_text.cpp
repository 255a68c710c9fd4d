#include "dialect/responses/item_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "dialect/request_fields.h"
#include "dialect/responses/sealed_reasoning.h"

namespace trilogue::dialect::responses {

namespace {

using wire::Node;
using wire::Reader;

constexpr std::array<std::string_view, 6> kMediaParts{"input_image", "input_video", "input_audio",
                                                      "input_file",  "image_url",   "computer_screenshot"};

// Agents put pictures there by themselves, and what stands in a conversation comes again with every turn.
constexpr std::string_view kUnseen = "[Here is an image that you cannot see.]";

enum class Writer { anyone, tool };

void refuse_part(Reader& reader, const Node& type, std::string_view name) {
  const bool media = std::find(kMediaParts.begin(), kMediaParts.end(), name) != kMediaParts.end();
  reader.fault(type,
               media ? media_refusal(name)
                     : "unknown part type \"" + shortened(name) + "\", expected input_text or output_text");
}

std::string_view read_part(Reader& reader, const Node& part, Writer writer) {
  const Node type = part.field("type");
  const std::string_view name = reader.required_text(type);
  if (name == "refusal") return reader.required_text(part.field("refusal"));
  if (name == "input_image" && writer == Writer::tool) return kUnseen;
  if (!reader.failed() && name != "input_text" && name != "output_text") refuse_part(reader, type, name);
  return reader.required_text(part.field("text"));
}

std::string read_parts(Reader& reader, const Node& content, Writer writer) {
  std::string text;
  bool first = true;
  for (const Node part : content.elements()) {
    if (!reader.require(part) || !reader.is_object(part)) break;
    if (!first) text += '\n';
    first = false;
    text += read_part(reader, part, writer);
    if (reader.failed()) break;
  }
  return text;
}

std::string read_text_or_parts(Reader& reader, const Node& content, Writer writer) {
  if (!reader.require(content)) return {};
  if (content.value().kind() == wire::Kind::array) return read_parts(reader, content, writer);
  if (const auto text = content.value().text()) return std::string(*text);
  reader.fault(content, "expected a string or an array of parts");
  return {};
}

// [{"text"}…], whatever the parts are called.
std::string read_thoughts(Reader& reader, const Node& list) {
  std::string text;
  if (!reader.is_array(list)) return text;
  for (const Node part : list.elements()) {
    if (!reader.require(part) || !reader.is_object(part)) break;
    if (!text.empty()) text += '\n';
    text += reader.required_text(part.field("text"));
    if (reader.failed()) break;
  }
  return text;
}

}  // namespace

std::string read_content(Reader& reader, const Node& content) {
  return read_text_or_parts(reader, content, Writer::anyone);
}

std::string read_output(Reader& reader, const Node& output) {
  return read_text_or_parts(reader, output, Writer::tool);
}

std::string read_reasoning(Reader& reader, const Node& item) {
  const auto encrypted = reader.text(item.field("encrypted_content"));
  std::string content = read_thoughts(reader, item.field("content"));
  std::string summary = read_thoughts(reader, item.field("summary"));
  if (auto carried = encrypted ? unsealed(*encrypted) : std::nullopt) return std::move(*carried);
  return content.empty() ? summary : content;
}

}  // namespace trilogue::dialect::responses
