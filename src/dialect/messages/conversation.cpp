#include "dialect/messages/conversation.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "dialect/past_calls.h"
#include "dialect/request_fields.h"

namespace trilogue::dialect::messages {

namespace {

using wire::Node;
using wire::Reader;

constexpr std::array<std::string_view, 4> kMediaBlocks{"image", "document", "video", "audio"};

// What tools of Anthropic's servers left in a conversation that began there: it has to go on without them, as
// it does without the tools themselves.
constexpr std::array<std::string_view, 9> kServerBlocks{
    "server_tool_use",        "web_search_tool_result",
    "web_fetch_tool_result",  "code_execution_tool_result",
    "mcp_tool_use",           "bash_code_execution_tool_result",
    "mcp_tool_result",        "text_editor_code_execution_tool_result",
    "tool_search_tool_result"};

bool is_of_server(std::string_view block) {
  return std::find(kServerBlocks.begin(), kServerBlocks.end(), block) != kServerBlocks.end();
}

// Claude Code writes a block that begins so, which says another thing in each request: of no use to a model,
// and the end of every cached prefix.
constexpr std::string_view kBillingHeader = "x-anthropic-billing-header:";

// The texts of several blocks, a newline between each two.
struct JoinedText {
  std::string text;
  bool any = false;
  void add(std::string_view piece) {
    if (std::exchange(any, true)) text += '\n';
    text += piece;
  }
};

void refuse_block(Reader& reader, const Node& type, std::string_view name, std::string_view expected) {
  const bool media = std::find(kMediaBlocks.begin(), kMediaBlocks.end(), name) != kMediaBlocks.end();
  // At these words Claude Code takes what it sent out of the conversation and goes on.
  const std::string_view could_not = name == "document" ? "could not process pdf: "
                                     : name == "image"  ? "could not process image: "
                                                        : "";
  reader.fault(
      type, media ? std::string(could_not) + media_refusal(name)
                  : "unexpected block type \"" + shortened(name) + "\", expected " + std::string(expected));
}

// Gives each block of an array and the text of its type to `take`, until one is at fault.
template <class Take>
void each_block(Reader& reader, const Node& content, const Take& take) {
  for (const Node block : content.elements()) {
    if (!reader.require(block) || !reader.is_object(block)) return;
    const Node type = block.field("type");
    const std::string_view name = reader.required_text(type);
    if (!reader.failed()) take(block, type, name);
    if (reader.failed()) return;
  }
}

// True for an array of blocks. A string is given to `text`; anything else is a fault.
bool has_blocks(Reader& reader, const Node& content, JoinedText& text) {
  if (content.value().kind() == wire::Kind::array) return true;
  if (const auto whole = content.value().text()) {
    text.add(*whole);
  } else {
    reader.fault(content, "expected a string or an array of blocks");
  }
  return false;
}

JoinedText read_texts(Reader& reader, const Node& content, bool drops_billing) {
  JoinedText out;
  if (!has_blocks(reader, content, out)) return out;
  each_block(reader, content, [&](const Node& block, const Node& type, std::string_view name) {
    if (name != "text") return refuse_block(reader, type, name, "text");
    const std::string_view text = reader.required_text(block.field("text"));
    if (!drops_billing || !text.starts_with(kBillingHeader)) out.add(text);
  });
  return out;
}

void read_system(Reader& reader, const Node& content, std::vector<canon::Turn>& turns) {
  JoinedText text = read_texts(reader, content, true);
  if (!text.text.empty()) turns.emplace_back(canon::SystemTurn{std::move(text.text)});
}

canon::ToolResultTurn read_tool_result(Reader& reader, const Node& block, const CallNames& calls) {
  canon::ToolResultTurn turn;
  const Node id = block.field("tool_use_id");
  turn.name = read_called_name(reader, id, calls);
  turn.call_id = reader.text(id).value_or(std::string_view());
  const Node content = block.field("content");
  if (reader.boolean(block.field("is_error"), false)) turn.text = "Error: ";
  if (content.present()) turn.text += read_texts(reader, content, false).text;
  return turn;
}

void read_user(Reader& reader, const Node& content, const CallNames& calls, std::vector<canon::Turn>& turns) {
  JoinedText text;
  bool results = false;
  if (has_blocks(reader, content, text)) {
    each_block(reader, content, [&](const Node& block, const Node& type, std::string_view name) {
      if (name == "text") {
        text.add(reader.required_text(block.field("text")));
      } else if (name == "tool_result") {
        results = true;
        turns.emplace_back(read_tool_result(reader, block, calls));
      } else {
        refuse_block(reader, type, name, "text or tool_result");
      }
    });
  }
  if (text.any || !results) turns.emplace_back(canon::UserTurn{std::move(text.text)});
}

canon::ToolCall read_call(Reader& reader, const Node& block, CallNames& calls) {
  const Node id = block.field("id");
  const std::string_view call_id = reader.required_text(id);
  if (call_id.empty()) reader.fault(id, "must not be empty");
  const std::string_view name = read_tool_name(reader, block.field("name"));
  calls[call_id] = name;
  const Node input = block.field("input");
  if (!reader.require(input) || !reader.is_object(input)) return {};
  return {std::string(call_id), std::string(name), input.value().to_json()};
}

void read_assistant(Reader& reader, const Node& content, CallNames& calls, std::vector<canon::Turn>& turns) {
  canon::AssistantTurn turn;
  JoinedText text;
  JoinedText reasoning;
  if (has_blocks(reader, content, text)) {
    each_block(reader, content, [&](const Node& block, const Node& type, std::string_view name) {
      if (name == "text") {
        text.add(reader.required_text(block.field("text")));
      } else if (name == "tool_use") {
        turn.calls.push_back(read_call(reader, block, calls));
      } else if (name == "thinking") {
        reasoning.add(reader.required_text(block.field("thinking")));
      } else if (name != "redacted_thinking" && !is_of_server(name)) {  // what those say nobody here can read
        refuse_block(reader, type, name, "text, thinking, redacted_thinking or tool_use");
      }
    });
  }
  turn.reasoning = std::move(reasoning.text);
  turn.text = std::move(text.text);
  turns.emplace_back(std::move(turn));
}

void read_message(Reader& reader, const Node& message, CallNames& calls, std::vector<canon::Turn>& turns) {
  const Node role = message.field("role");
  const std::string_view name = reader.required_text(role);
  if (reader.failed()) return;
  const Node content = message.field("content");
  if (name != "user" && name != "assistant" && name != "system") {
    reader.fault(role, "unknown role \"" + shortened(name) + "\", expected user, assistant or system");
    return;
  }
  if (!reader.require(content)) return;
  if (name == "user") return read_user(reader, content, calls, turns);
  if (name == "assistant") return read_assistant(reader, content, calls, turns);
  read_system(reader, content, turns);  // in mid-conversation: it stands where it is
}

}  // namespace

std::vector<canon::Turn> read_turns(Reader& reader, const Node& system, const Node& messages) {
  std::vector<canon::Turn> turns;
  if (system.present()) read_system(reader, system, turns);
  if (!reader.require(messages) || !reader.is_array(messages)) return turns;
  CallNames calls;
  bool any = false;
  for (const Node message : messages.elements()) {
    any = true;
    if (!reader.require(message) || !reader.is_object(message)) break;
    read_message(reader, message, calls, turns);
    if (reader.failed()) break;
  }
  if (!any) reader.fault(messages, "must not be empty");
  return turns;
}

}  // namespace trilogue::dialect::messages
