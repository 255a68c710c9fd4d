#include "dialect/chat/conversation.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "dialect/chat/tools.h"
#include "dialect/past_calls.h"
#include "dialect/request_fields.h"

namespace trilogue::dialect::chat {

namespace {

using wire::Node;
using wire::Reader;

constexpr std::array<std::string_view, 6> kMediaParts{"image_url",   "video_url",   "input_audio",
                                                      "input_image", "input_video", "file"};

void refuse_part(Reader& reader, const Node& type, std::string_view name) {
  const bool media = std::find(kMediaParts.begin(), kMediaParts.end(), name) != kMediaParts.end();
  reader.fault(type,
               media ? media_refusal(name) : "unknown part type \"" + shortened(name) + "\", expected text");
}

// Who may have written a part: a refusal is an assistant's, sent back as it came from another server.
enum class Writer { anyone, assistant };

std::string_view read_part(Reader& reader, const Node& part, Writer writer) {
  const Node type = part.field("type");
  const std::string_view name = reader.required_text(type);
  if (name == "refusal" && writer == Writer::assistant) return reader.required_text(part.field("refusal"));
  if (!reader.failed() && name != "text") refuse_part(reader, type, name);
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

// A string or text parts; absent and null give "".
std::string read_content(Reader& reader, const Node& content, Writer writer = Writer::anyone) {
  if (!content.present()) return {};
  if (content.value().kind() == wire::Kind::array) return read_parts(reader, content, writer);
  if (const auto text = content.value().text()) return std::string(*text);
  reader.fault(content, "expected a string or an array of parts");
  return {};
}

std::string read_required_content(Reader& reader, const Node& message) {
  const Node content = message.field("content");
  reader.require(content);
  return read_content(reader, content);
}

canon::ToolCall read_call(Reader& reader, const Node& call, CallNames& names) {
  canon::ToolCall out;
  if (!reader.require(call) || !reader.is_object(call)) return out;
  require_function_type(reader, call);
  const Node id = call.field("id");
  const std::string_view call_id = reader.required_text(id);
  if (call_id.empty()) reader.fault(id, "must not be empty");
  const Node function = call.field("function");
  if (!reader.require(function) || !reader.is_object(function)) return out;
  const std::string_view name = read_tool_name(reader, function.field("name"));
  names[call_id] = name;
  out.id = call_id;
  out.name = name;
  out.arguments = arguments_object(reader.required_text(function.field("arguments")));
  return out;
}

canon::AssistantTurn read_assistant(Reader& reader, const Node& message, CallNames& names) {
  canon::AssistantTurn turn;
  const auto reasoning = reader.text(message.field("reasoning"));
  const auto reasoning_content = reader.text(message.field("reasoning_content"));
  turn.reasoning = reasoning ? *reasoning : reasoning_content.value_or(std::string_view());
  turn.text = read_content(reader, message.field("content"), Writer::assistant);
  const Node calls = message.field("tool_calls");
  if (!reader.is_array(calls)) return turn;
  for (const Node call : calls.elements()) {
    turn.calls.push_back(read_call(reader, call, names));
    if (reader.failed()) break;
  }
  return turn;
}

canon::ToolResultTurn read_tool_result(Reader& reader, const Node& message, const CallNames& names) {
  canon::ToolResultTurn turn;
  const Node id = message.field("tool_call_id");
  turn.call_id = reader.required_text(id);
  turn.name = read_called_name(reader, id, names);
  turn.text = read_required_content(reader, message);
  return turn;
}

canon::Turn read_message(Reader& reader, const Node& message, CallNames& names) {
  const Node role = message.field("role");
  const std::string_view name = reader.required_text(role);
  if (name == "user") return canon::UserTurn{read_required_content(reader, message)};
  if (name == "assistant") return read_assistant(reader, message, names);
  if (name == "tool") return read_tool_result(reader, message, names);
  if (name == "system" || name == "developer")
    return canon::SystemTurn{read_required_content(reader, message)};
  reader.fault(
      role, "unknown role \"" + shortened(name) + "\", expected system, developer, user, assistant or tool");
  return canon::SystemTurn{};
}

}  // namespace

std::vector<canon::Turn> read_messages(Reader& reader, const Node& messages) {
  std::vector<canon::Turn> turns;
  if (!reader.require(messages) || !reader.is_array(messages)) return turns;
  CallNames names;
  for (const Node message : messages.elements()) {
    if (!reader.require(message) || !reader.is_object(message)) break;
    turns.push_back(read_message(reader, message, names));
    if (reader.failed()) break;
  }
  if (turns.empty()) reader.fault(messages, "must not be empty");
  return turns;
}

}  // namespace trilogue::dialect::chat
