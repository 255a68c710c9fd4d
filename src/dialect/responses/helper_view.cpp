#include "dialect/responses/helper_view.h"

#include <utility>

#include "dialect/responses/with_members.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::responses {

namespace {

using wire::JsonWriter;
using wire::Value;

constexpr std::string_view kReasoningPart = "response.reasoning_part.";
constexpr std::string_view kContentPart = "response.content_part.";

std::string_view text_of(Value object, std::string_view key) {
  const auto member = object.find(key);
  return member ? member->text().value_or("") : "";
}

// What was made with a summary shows it, which the helper understands.
bool is_silent_reasoning(Value item) {
  const auto content = item.find("content");
  const auto summary = item.find("summary");
  return text_of(item, "type") == "reasoning" && content && content->is_null() && summary &&
         summary->to_json() == "[]";
}

}  // namespace

std::string HelperView::show(std::string_view frames) {
  std::string out;
  out.reserve(frames.size());
  const auto events = deframer_.feed(frames);
  if (!events) return std::string(frames);
  for (const wire::SseEvent& event : *events) show(event, out);
  return out;
}

void HelperView::show(const wire::SseEvent& event, std::string& out) {
  if (event.event == "response.output_text.delta") return wire::append_sse(out, event.event, event.data);
  const auto document = wire::Document::parse(event.data);
  if (!document) return wire::append_sse(out, event.event, event.data);
  const Value data = document->root();
  if (event.event.starts_with(kReasoningPart)) return show_part(event, data, out);
  if (event.event == "response.reasoning_text.delta") hear(data);
  const bool whole = data.find("response") || data.find("item");
  wire::append_sse(out, event.event, whole ? with_reasoning(data) : event.data);
}

void HelperView::show_part(const wire::SseEvent& event, Value data, std::string& out) {
  const std::string type = std::string(kContentPart) + event.event.substr(kReasoningPart.size());
  reasoning_.try_emplace(std::string(text_of(data, "item_id")));
  const auto renamed = [&type](const wire::Field& field) {
    std::string changed;
    if (field.key == "type") wire::append_json_string(changed, type);
    return changed;
  };
  wire::append_sse(out, type, with_members(data, renamed));
}

void HelperView::hear(Value delta) {
  const auto found = reasoning_.find(text_of(delta, "item_id"));
  if (found != reasoning_.end()) found->second += text_of(delta, "delta");
}

std::string HelperView::with_reasoning(Value data) const {
  return with_members(data, [this](const wire::Field& field) {
    if (field.key == "response") return response_with_reasoning(field.value);
    return field.key == "item" ? item_with_reasoning(field.value) : std::string();
  });
}

std::string HelperView::response_with_reasoning(Value response) const {
  return with_members(response, [this](const wire::Field& field) {
    std::string output;
    if (field.key != "output") return output;
    JsonWriter json(output);
    json.begin_array();
    for (const Value item : field.value.elements()) json.raw(item_with_reasoning(item));
    json.end_array();
    return output;
  });
}

std::string HelperView::item_with_reasoning(Value item) const {
  if (!is_silent_reasoning(item)) return item.to_json();
  return with_members(item, [&](const wire::Field& field) {
    std::string content;
    if (field.key != "content") return content;
    const auto heard = reasoning_.find(text_of(item, "id"));
    JsonWriter json(content);
    json.begin_array();
    if (heard != reasoning_.end())
      json.begin_object().field("type", "reasoning_text").field("text", heard->second).end_object();
    json.end_array();
    return content;
  });
}

}  // namespace trilogue::dialect::responses
