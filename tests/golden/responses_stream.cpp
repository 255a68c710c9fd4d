#include "responses_stream.h"

#include <algorithm>
#include <array>

#include "messages_stream.h"
#include "wire/utf8.h"

namespace trilogue::golden {

using wire::Kind;
using wire::Value;

namespace {

// What belongs together: the events of an item's text, the item they may stand in, and where the text is.
struct Family {
  std::string_view item;
  std::string_view delta;
  std::string_view done;
  std::string_view whole;  // the field of `done`
  std::string_view index;  // of the part, if it has one
};
constexpr std::array<Family, 5> kFamilies{{
    {"message", "response.output_text.delta", "response.output_text.done", "text", "content_index"},
    {"reasoning", "response.reasoning_text.delta", "response.reasoning_text.done", "text", "content_index"},
    {"reasoning", "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done", "text",
     "summary_index"},
    {"function_call", "response.function_call_arguments.delta", "response.function_call_arguments.done",
     "arguments", ""},
    {"custom_tool_call", "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done",
     "input", ""},
}};

constexpr std::array<std::string_view, 3> kPartsAdded{
    "response.content_part.added", "response.reasoning_part.added", "response.reasoning_summary_part.added"};
constexpr std::array<std::string_view, 3> kPartsDone{
    "response.content_part.done", "response.reasoning_part.done", "response.reasoning_summary_part.done"};
constexpr std::array<std::string_view, 3> kTerminals{"response.completed", "response.incomplete",
                                                     "response.failed"};

template <class List>
bool holds(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string_view text_of(Value object, std::string_view key) {
  const auto member = object.find(key);
  return member ? member->text().value_or("(no text)") : "(absent)";
}

std::int64_t int_of(Value object, std::string_view key) {
  const auto member = object.find(key);
  return member ? member->integer().value_or(-2) : -1;
}

std::string json_of(Value object, std::string_view key) {
  const auto member = object.find(key);
  return member ? member->to_json() : "(absent)";
}

// The text of the only part of a list, "" of an empty one.
std::string part_text(Value item, std::string_view key) {
  std::string out;
  const auto list = item.find(key);
  if (list && list->kind() == Kind::array)
    for (const Value part : list->elements()) out += text_of(part, "text");
  return out;
}

// What an item says by now; reasoning may be said nowhere.
std::string said(Value item) {
  const std::string_view type = text_of(item, "type");
  if (type == "function_call") return std::string(text_of(item, "arguments"));
  if (type == "custom_tool_call") return std::string(text_of(item, "input"));
  return part_text(item, "content") + part_text(item, "summary");
}

bool is_silent_reasoning(Value item) {
  return text_of(item, "type") == "reasoning" && json_of(item, "content") == "null" &&
         json_of(item, "summary") == "[]";
}

}  // namespace

void ResponsesStream::demand(bool holds, std::string_view what) {
  if (!holds) violations_.push_back(std::string(what) + ", at " + event_);
}

void ResponsesStream::feed(std::string_view bytes) {
  const auto events = deframer_.feed(bytes);
  demand(events.has_value(), "the frames cannot be read");
  if (!events) return;
  for (const auto& event : *events) take(event);
}

void ResponsesStream::end() {
  event_ = "the end";
  demand(state_ == State::over, "the stream breaks off");
}

void ResponsesStream::take(const wire::SseEvent& event) {
  event_ = event.data;
  demand(wire::is_valid_utf8(event.data), "a character is split");
  const auto document = wire::Document::parse(event.data);
  if (!document) return demand(false, "no JSON");
  const Value root = document->root();
  const std::string_view type = text_of(root, "type");
  demand(type == event.event, "the event's name is not its type");
  demand(int_of(root, "sequence_number") == events(), "a gap in the numbers");
  demand(state_ != State::over, "something follows the end");
  types_.emplace_back(type);
  const auto response = root.find("response");
  if (response) {
    take_response(type, *response);
  } else if (type == "response.output_item.added") {
    take_item_added(root);
  } else if (type == "response.output_item.done") {
    take_item_done(root);
  } else if (holds(kPartsAdded, type) || holds(kPartsDone, type)) {
    take_part(holds(kPartsAdded, type), root);
  } else if (type.ends_with(".delta")) {
    take_delta(type, root);
  } else {
    take_text_done(type, root);
  }
}

void ResponsesStream::take_response(std::string_view type, Value response) {
  demand(text_of(response, "object") == "response", "no response object");
  for (const auto* key :
       {"created_at", "model", "output", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning",
        "metadata", "error", "incomplete_details", "instructions", "usage"})
    demand(response.find(key).has_value(), key);
  if (type == "response.created") {
    demand(state_ == State::fresh, "a second response.created");
    id_ = text_of(response, "id");
    demand(json_of(response, "output") == "[]", "created with output");
    state_ = State::created;
    return;
  }
  demand(state_ != State::fresh, "before response.created");
  demand(text_of(response, "id") == id_, "another response");
  if (holds(kTerminals, type)) return take_terminal(type, response);
  compare_so_far(response);
  if (type == "response.queued") {
    demand(state_ == State::created && text_of(response, "status") == "queued", "queued out of place");
    return;
  }
  demand(type == "response.in_progress", "no event of this API");
  demand(text_of(response, "status") == "in_progress", "in_progress is not the status");
  state_ = State::running;
}

// A sign of life in mid-stream: clients go on from what it shows.
void ResponsesStream::compare_so_far(Value response) {
  std::size_t at = 0;
  const auto output = response.find("output");
  if (!output) return;
  for (const Value shown : output->elements()) {
    if (at == items_.size()) return demand(false, "more items than were streamed");
    const Item& item = items_[at++];
    demand(text_of(shown, "id") == item.id, "another item");
    demand(is_silent_reasoning(shown) || said(shown) == item.text, "another text than was streamed");
    demand(item.done ? shown.to_json() == item.last : text_of(shown, "status") == "in_progress",
           "an item that was streamed otherwise");
  }
  demand(at == items_.size(), "fewer items than were streamed");
}

void ResponsesStream::take_terminal(std::string_view type, Value response) {
  state_ = State::over;
  const std::string_view status = text_of(response, "status");
  const bool cancelled = type == "response.failed" && status == "cancelled";
  demand(cancelled || type.ends_with(status), "the status is not the event's");
  demand((json_of(response, "error") != "null") == (status == "failed"), "an error out of place, or none");
  demand((json_of(response, "incomplete_details") != "null") == (status == "incomplete"),
         "incomplete or not");
  demand((int_of(response, "completed_at") > 0) == (status == "completed"), "completed_at");
  const auto usage = response.find("usage");
  demand(usage && int_of(*usage, "input_tokens") >= 0 && usage->find("input_tokens_details") &&
             usage->find("output_tokens_details"),
         "no usage");
  for (const Item& item : items_) demand(item.done, "an item was left open");
  compare_so_far(response);
  response_ = sorted_json(response.to_json());
}

void ResponsesStream::take_item_added(Value event) {
  demand(state_ == State::running, "an item before response.in_progress");
  for (const Item& item : items_) demand(item.done, "an item inside another");
  const auto item = event.find("item");
  if (!item) return demand(false, "no item");
  demand(int_of(event, "output_index") == static_cast<std::int64_t>(items_.size()),
         "the index is not the next");
  demand(said(*item).empty(), "does not begin empty");
  demand(text_of(*item, "status") == "in_progress", "begins with another status");
  const std::string id(text_of(*item, "id"));
  for (const Item& other : items_) demand(other.id != id, "an id twice");
  items_.push_back({id, std::string(text_of(*item, "type")), {}, {}});
}

ResponsesStream::Item* ResponsesStream::open_item(Value event) {
  const bool open = !items_.empty() && !items_.back().done;
  demand(open, "outside of an item");
  if (!open) return nullptr;
  demand(int_of(event, "output_index") == static_cast<std::int64_t>(items_.size()) - 1, "another index");
  return &items_.back();
}

void ResponsesStream::take_item_done(Value event) {
  Item* item = open_item(event);
  const auto shown = event.find("item");
  if (item == nullptr || !shown) return demand(false, "no item");
  demand(!item->part_open && item->text_done, "a part was left open, or the text not done");
  demand(text_of(*shown, "id") == item->id && text_of(*shown, "type") == item->type, "another item");
  demand(is_silent_reasoning(*shown) || said(*shown) == item->text, "another text than its deltas");
  const std::string_view status = text_of(*shown, "status");
  demand(status == "completed" || status == "incomplete", "done with another status");
  item->last = shown->to_json();
  item->done = true;
}

void ResponsesStream::take_part(bool added, Value event) {
  Item* item = open_item(event);
  const auto part = event.find("part");
  if (item == nullptr || !part) return demand(false, "no part");
  demand(text_of(event, "item_id") == item->id, "another item");
  demand(item->type == "message" || item->type == "reasoning", "an item without parts");
  demand(added ? !item->part_seen : item->part_open, "part events out of order");
  demand(text_of(*part, "text") == item->text, "another text than its deltas");
  demand(added || item->text_done, "the part is done before its text");
  item->part_seen = true;
  item->part_open = added;
}

void ResponsesStream::take_delta(std::string_view type, Value event) {
  Item* item = open_item(event);
  const auto family = std::find_if(kFamilies.begin(), kFamilies.end(),
                                   [&](const Family& each) { return each.delta == type; });
  demand(family != kFamilies.end(), "no event of this API");
  if (item == nullptr || family == kFamilies.end()) return;
  demand(item->type == family->item && text_of(event, "item_id") == item->id, "another item");
  demand(family->index.empty() || (item->part_open && int_of(event, family->index) == 0), "outside its part");
  demand(!item->text_done, "a delta after done");
  item->text += text_of(event, "delta");
}

void ResponsesStream::take_text_done(std::string_view type, Value event) {
  Item* item = open_item(event);
  const auto family =
      std::find_if(kFamilies.begin(), kFamilies.end(), [&](const Family& each) { return each.done == type; });
  demand(family != kFamilies.end(), "no event of this API");
  if (item == nullptr || family == kFamilies.end()) return;
  demand(item->type == family->item && text_of(event, "item_id") == item->id, "another item");
  demand(!item->text_done, "done twice");
  demand(text_of(event, family->whole) == item->text, "another text than its deltas");
  item->text_done = true;
}

}  // namespace trilogue::golden
