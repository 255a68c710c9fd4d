#include "messages_stream.h"

#include <map>
#include <stdexcept>

#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::golden {

using wire::Kind;
using wire::Value;

namespace {

void append_sorted(std::string& out, Value value) {
  if (value.kind() == Kind::array) {
    out += '[';
    bool first = true;
    for (const Value element : value.elements()) {
      if (!std::exchange(first, false)) out += ',';
      append_sorted(out, element);
    }
    out += ']';
    return;
  }
  if (value.kind() != Kind::object) return value.append_json(out);
  std::map<std::string_view, Value> fields;
  for (const wire::Field field : value.fields()) fields[field.key] = field.value;
  out += '{';
  bool first = true;
  for (const auto& [key, member] : fields) {
    if (!std::exchange(first, false)) out += ',';
    wire::append_json_string(out, key);
    out += ':';
    append_sorted(out, member);
  }
  out += '}';
}

wire::Document read(std::string_view json) {
  auto document = wire::Document::parse(std::string(json));
  if (!document) throw std::runtime_error("no JSON: " + std::string(json));
  return std::move(*document);
}

std::string_view text_of(Value object, std::string_view key) {
  const auto member = object.find(key);
  return member ? member->text().value_or("(no text)") : "(absent)";
}

Value member(Value object, std::string_view key) {
  const auto found = object.find(key);
  if (!found) throw std::runtime_error("no " + std::string(key) + " in " + object.to_json());
  return *found;
}

constexpr std::pair<std::string_view, std::string_view> kDeltas[] = {
    {"text", "text_delta"}, {"thinking", "thinking_delta"}, {"tool_use", "input_json_delta"}};

std::string_view delta_of(std::string_view block) {
  for (const auto& [type, delta] : kDeltas) {
    if (type == block) return delta;
  }
  return "(none)";
}

// The fields of an object, with those that `over` has too taken from there.
void append_merged(wire::JsonWriter& json, Value object, Value over) {
  json.begin_object();
  for (const wire::Field field : object.fields()) {
    json.key(field.key).raw(over.find(field.key).value_or(field.value).to_json());
  }
  json.end_object();
}

}  // namespace

std::string sorted_json(std::string_view json) {
  std::string out;
  const auto document = read(json);
  append_sorted(out, document.root());
  return out;
}

void MessagesStream::demand(bool holds, std::string_view what) {
  if (!holds) violations_.push_back(std::string(what) + ", at " + event_);
}

void MessagesStream::feed(std::string_view bytes) {
  const auto events = deframer_.feed(bytes);
  demand(events.has_value(), "the frames cannot be read");
  if (!events) return;
  for (const auto& event : *events) take(event);
}

void MessagesStream::end() {
  event_ = "the end";
  demand(state_ == State::over || state_ == State::failed, "the stream breaks off");
}

void MessagesStream::take(const wire::SseEvent& event) {
  event_ = event.data;
  demand(state_ != State::over && state_ != State::failed, "something follows the end");
  demand(wire::is_valid_utf8(event.data), "a character is split");
  const auto document = read(event.data);
  const Value root = document.root();
  const std::string_view type = text_of(root, "type");
  demand(type == event.event, "the event's name is not its type");
  if (type == "ping") {
    ++pings_;
  } else if (type == "error") {
    take_error(root);
  } else if (type == "message_start") {
    take_start(root);
  } else if (type == "content_block_start") {
    take_block_start(root);
  } else if (type == "content_block_delta") {
    take_block_delta(root);
  } else if (type == "content_block_stop") {
    take_block_stop(root);
  } else if (type == "message_delta") {
    take_message_delta(root);
  } else {
    demand(type == "message_stop", "no event of this API");
    demand(state_ == State::ending, "message_stop before message_delta");
    state_ = State::over;
  }
}

void MessagesStream::take_error(Value event) {
  const Value error = member(event, "error");
  demand(!text_of(error, "message").empty() && !text_of(error, "type").empty(), "an error that says nothing");
  demand(!text_of(event, "request_id").empty(), "an error without request_id");
  state_ = State::failed;
}

void MessagesStream::take_start(Value event) {
  demand(state_ == State::fresh, "a second message_start");
  const Value message = member(event, "message");
  demand(text_of(message, "type") == "message" && text_of(message, "role") == "assistant", "no message");
  demand(member(message, "content").kind() == Kind::array, "content is no array");
  for (const Value block : member(message, "content").elements())
    demand(block.is_null(), "content at the start");
  demand(member(message, "stop_reason").is_null() && member(message, "stop_sequence").is_null(),
         "stopped at the start");
  for (const auto* count :
       {"input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"}) {
    demand(member(member(message, "usage"), count).integer().has_value(), "usage lacks a count");
  }
  start_ = message.to_json();
  state_ = State::between;
}

bool MessagesStream::is_open_index(Value event) {
  return member(event, "index").integer() == static_cast<std::int64_t>(blocks_.size()) - 1;
}

void MessagesStream::take_block_start(Value event) {
  demand(state_ == State::between, "a block that begins inside another, or outside the message");
  const Value block = member(event, "content_block");
  blocks_.push_back({std::string(text_of(block, "type")), block.to_json(), {}, {}});
  demand(is_open_index(event), "the index is not the next");
  const std::string_view type = blocks_.back().type;
  if (type == "tool_use") {
    demand(member(block, "input").to_json() == "{}", "the input does not begin empty");
    demand(!text_of(block, "id").empty() && !text_of(block, "name").empty(), "a call without id or name");
  } else if (type == "thinking") {
    demand(text_of(block, "thinking").empty() && text_of(block, "signature").empty(), "does not begin empty");
  } else {
    demand(type == "text" && text_of(block, "text").empty(), "a block of no known type, or not empty");
  }
  state_ = State::inside;
}

void MessagesStream::take_block_delta(Value event) {
  demand(state_ == State::inside && is_open_index(event), "a delta outside its block");
  if (blocks_.empty()) return;
  Block& block = blocks_.back();
  const Value delta = member(event, "delta");
  const std::string_view type = text_of(delta, "type");
  if (type == "signature_delta") {
    demand(block.type == "thinking" && block.signature.empty(), "a signature where none belongs");
    block.signature = text_of(delta, "signature");
    demand(!block.signature.empty(), "an empty signature");
    return;
  }
  demand(type == delta_of(block.type), "a delta of another kind than its block");
  demand(block.signature.empty(), "thinking after its signature");
  const std::string_view key = type == "text_delta"       ? "text"
                               : type == "thinking_delta" ? "thinking"
                                                          : "partial_json";
  block.text += text_of(delta, key);
}

void MessagesStream::take_block_stop(Value event) {
  demand(state_ == State::inside && is_open_index(event), "a stop of a block that is not open");
  if (blocks_.empty()) return;
  demand(blocks_.back().type != "thinking" || !blocks_.back().signature.empty(),
         "thinking without a signature");
  state_ = State::between;
}

void MessagesStream::take_message_delta(Value event) {
  demand(state_ == State::between, "message_delta inside a block, or twice");
  demand(!blocks_.empty(), "a message without any block");
  const Value delta = member(event, "delta");
  demand(!text_of(delta, "stop_reason").empty(), "no stop_reason");
  demand(text_of(event, "stop_reason") == text_of(delta, "stop_reason"), "two different stop reasons");
  last_ = event.to_json();
  state_ = State::ending;
}

std::string MessagesStream::message() const {
  const auto start = read(start_);
  const auto last = read(last_);
  std::string out;
  wire::JsonWriter json(out);
  json.begin_object();
  const Value delta = member(last.root(), "delta");
  for (const wire::Field field : start.root().fields()) {
    json.key(field.key);
    if (field.key == "usage") {
      append_merged(json, field.value, member(last.root(), "usage"));
    } else if (field.key == "content") {
      json.begin_array();
      bool answered = false;
      for (const Block& block : blocks_) {
        const auto input = wire::Document::parse(block.text);
        const bool whole = block.text.empty() || (input && input->root().kind() == Kind::object);
        if (block.type == "tool_use" && !whole) continue;
        answered = answered || block.type != "thinking";
        json.begin_object();
        const auto began = read(block.start);
        for (const wire::Field part : began.root().fields()) {
          json.key(part.key);
          if (part.key == "input") {
            json.raw(block.text.empty() ? "{}" : block.text);
          } else if (part.key == "signature") {
            json.value(block.signature);
          } else if (part.key == block.type) {
            json.value(block.text);
          } else {
            json.raw(part.value.to_json());
          }
        }
        json.end_object();
      }
      if (!answered)
        json.begin_object()
            .field("type", "text")
            .field("text", "")
            .key("citations")
            .begin_array()
            .end_array()
            .end_object();
      json.end_array();
    } else {
      json.raw(delta.find(field.key).value_or(field.value).to_json());
    }
  }
  json.end_object();
  return sorted_json(out);
}

}  // namespace trilogue::golden
