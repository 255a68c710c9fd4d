#include "dialect/responses/conversation.h"

#include <utility>

#include "dialect/past_calls.h"
#include "dialect/request_fields.h"
#include "dialect/responses/custom_input.h"
#include "dialect/responses/input_item.h"
#include "dialect/responses/item_text.h"
#include "dialect/responses/item_type.h"
#include "dialect/responses/tools.h"

namespace trilogue::dialect::responses {

using wire::Node;
using wire::Reader;

// ---- The turns ----

void Conversation::add(canon::Turn turn) {
  turns_.push_back(std::move(turn));
  open_ = false;
  taken_ = true;
}

canon::AssistantTurn* Conversation::open_turn() {
  return open_ ? &std::get<canon::AssistantTurn>(turns_.back()) : nullptr;
}

canon::AssistantTurn& Conversation::begin_turn() {
  add(canon::AssistantTurn{});
  open_ = true;
  return std::get<canon::AssistantTurn>(turns_.back());
}

void Conversation::instruct(std::string_view instructions) {
  add(canon::SystemTurn{std::string(instructions)});
}

void Conversation::take_assistant(std::string text) {
  canon::AssistantTurn* turn = open_turn();
  const bool goes_on = turn != nullptr && turn->text.empty() && turn->calls.empty();
  (goes_on ? *turn : begin_turn()).text = std::move(text);
  taken_ = true;
}

void Conversation::take_message(Reader& reader, const Node& item) {
  const Node role = item.field("role");
  const std::string_view name = reader.required_text(role);
  std::string text = read_content(reader, item.field("content"));
  if (name == "user") return add(canon::UserTurn{std::move(text)});
  if (name == "assistant") return take_assistant(std::move(text));
  if (name == "system" || name == "developer") return add(canon::SystemTurn{std::move(text)});
  reader.fault(role,
               "unknown role \"" + shortened(name) + "\", expected user, assistant, system or developer");
}

void Conversation::take_reasoning(Reader& reader, const Node& item) {
  const std::string text = read_reasoning(reader, item);
  if (text.empty()) return;
  canon::AssistantTurn* open = open_turn();
  const bool goes_on = open != nullptr && open->text.empty() && open->calls.empty();
  canon::AssistantTurn& turn = goes_on ? *open : begin_turn();
  if (!turn.reasoning.empty()) turn.reasoning += '\n';
  turn.reasoning += text;
  taken_ = true;
}

void Conversation::add_call(Reader& reader, const Node& item, std::string arguments) {
  const Node id = item.field("call_id");
  canon::ToolCall call;
  call.id = reader.required_text(id);
  if (call.id.empty()) reader.fault(id, "must not be empty");
  call.name = read_tool_name(reader, item.field("name"));
  const auto name_space = reader.text(item.field("namespace"));
  if (name_space && !name_space->empty()) call.name = flattened_name(*name_space, call.name);
  call.arguments = std::move(arguments);
  names_by_call_[call.id] = call.name;
  canon::AssistantTurn* open = open_turn();
  (open != nullptr ? *open : begin_turn()).calls.push_back(std::move(call));
  taken_ = true;
}

void Conversation::take_function_call(Reader& reader, const Node& item) {
  add_call(reader, item, arguments_object(reader.required_text(item.field("arguments"))));
}

void Conversation::take_custom_call(Reader& reader, const Node& item) {
  add_call(reader, item, CustomInput::arguments_of(reader.required_text(item.field("input"))));
}

// An item that is left out; what answers it is left out too.
void Conversation::skip(const Node& item) {
  const Node id = item.field("call_id");
  const auto text = id.present() ? id.value().text() : std::nullopt;
  if (text) foreign_calls_.emplace(*text);
}

// What no call asked for: so Codex tells the model of a goal that was set, with a name instead of a call.
void Conversation::take_news(Reader& reader, const Node& item) {
  std::string text(reader.required_text(item.field("name")));
  text += ": ";
  text += read_output(reader, item.field("output"));
  add(canon::SystemTurn{std::move(text)});
}

void Conversation::take_output(Reader& reader, const Node& item) {
  const Node id = item.field("call_id");
  if (!id.present() && item.field("name").present()) return take_news(reader, item);
  canon::ToolResultTurn turn;
  turn.call_id = reader.required_text(id);
  if (foreign_calls_.contains(turn.call_id)) return;
  const auto call = names_by_call_.find(turn.call_id);
  if (call == names_by_call_.end()) {
    reader.fault(id, "no earlier function_call or custom_tool_call has this call_id");
  } else {
    turn.name = call->second;
  }
  turn.text = read_output(reader, item.field("output"));
  add(std::move(turn));
}

// ---- The items ----

void Conversation::list(const Node& item, std::string_view type) {
  if (ids_ != nullptr) items_.push_back(input_item(item, type, *ids_));
}

void Conversation::take_reference(Reader& reader, const Node& item) {
  const Node id = item.field("id");
  const std::string name(reader.required_text(id));
  if (reader.failed()) return;
  // A few bytes may not stand for many megabytes over and over: an item is taken where it is first named.
  if (++references_ > kMostReferences)
    return reader.fault(item, "more than " + std::to_string(kMostReferences) + " item references");
  if (!referenced_.insert(name).second) return;
  const auto found = stored_.find(name);
  if (found == stored_.end()) {
    reader.fault(id, "there is no item with the id \"" + shortened(name) + "\"");
    missing_ = true;
    return;
  }
  const auto document = wire::Document::parse(std::string(found->second));
  if (!document) return reader.fault(id, "the item cannot be read");
  const Node stored(document->root());
  Reader stored_reader;
  if (!take_known(stored_reader, stored, item_type(stored.value())) || stored_reader.failed())
    return reader.fault(id, "the item it stands for cannot follow here");
  if (ids_ != nullptr) items_.emplace_back(found->second);
}

// False when items of this type are not known.
bool Conversation::take_known(Reader& reader, const Node& item, std::string_view type) {
  if (type == "message") {
    take_message(reader, item);
  } else if (type == "reasoning") {
    take_reasoning(reader, item);
  } else if (type == "function_call") {
    take_function_call(reader, item);
  } else if (type == "custom_tool_call") {
    take_custom_call(reader, item);
  } else if (type == "function_call_output" || type == "custom_tool_call_output") {
    take_output(reader, item);
  } else if (is_foreign_item(type)) {
    skip(item);
  } else {
    return false;
  }
  return true;
}

void Conversation::read_item(Reader& reader, const Node& item) {
  if (!reader.require(item) || !reader.is_object(item)) return;
  const std::string_view type = item_type(item.value());
  if (type == kItemReference) return take_reference(reader, item);
  const Node named = item.field("type");
  if (type.empty()) {
    reader.required_text(named);
    return;
  }
  reader.text(item.field("id"));
  if (!take_known(reader, item, type))
    return reader.fault(named, "unknown item type \"" + shortened(type) + "\"");
  if (!reader.failed()) list(item, type);
}

base::Result<void> Conversation::remember(const Memory& memory) {
  for (const auto& [id, text] : memory.referenced) stored_.emplace(id, text);
  for (const std::string& text : memory.items) {
    const auto document = wire::Document::parse(text);
    if (!document) return base::fail(base::FailureKind::internal, "a stored item cannot be read");
    const Node item(document->root());
    Reader reader;
    const bool known = take_known(reader, item, item_type(item.value()));
    if (!known || reader.failed())
      return base::fail(base::FailureKind::internal, "a stored item cannot be read");
    const auto id = reader.text(item.field("id"));
    if (id) stored_.emplace(*id, text);
  }
  return {};
}

void Conversation::read_input(Reader& reader, const Node& input) {
  if (!reader.require(input)) return;
  taken_ = false;
  if (const auto text = input.value().text()) {
    if (text->empty()) reader.fault(input, "must not be empty");
    if (ids_ != nullptr) items_.push_back(user_item(*text, *ids_));
    return add(canon::UserTurn{std::string(*text)});
  }
  if (input.value().kind() != wire::Kind::array)
    return reader.fault(input, "expected a string or an array of items");
  std::size_t count = 0;
  for (const Node item : input.elements()) {
    ++count;
    read_item(reader, item);
    if (reader.failed()) return;
  }
  if (count == 0) return reader.fault(input, "must not be empty");
  if (!taken_) reader.fault(input, "holds nothing that a model could read");
}

}  // namespace trilogue::dialect::responses
