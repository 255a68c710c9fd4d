#include "dialect/responses/output_item.h"

#include <string_view>

#include "dialect/responses/sealed_reasoning.h"
#include "dialect/token_logprobs.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::responses {

namespace {

using wire::JsonWriter;

std::string_view type_of(ItemKind kind) {
  switch (kind) {
    case ItemKind::reasoning:
      return "reasoning";
    case ItemKind::message:
      return "message";
    case ItemKind::function_call:
      return "function_call";
    case ItemKind::custom_call:
      return "custom_tool_call";
  }
  return "";
}

void write_parts(JsonWriter& json, std::string& out, const OutputItem& item, const ItemStyle& style,
                 bool filled) {
  json.begin_array();
  if (filled) append_part(out, item, style);
  json.end_array();
}

void write_reasoning(JsonWriter& json, std::string& out, const OutputItem& item, const ItemStyle& style,
                     bool filled) {
  write_parts(json.key("summary"), out, item, style, filled && style.reasoning == ReasoningStyle::summary);
  json.key("content");
  if (style.reasoning == ReasoningStyle::content) {
    write_parts(json, out, item, style, filled);
  } else {
    json.null();
  }
  json.key("encrypted_content");
  const bool carried = style.encrypted && item.status != ItemStatus::in_progress;
  carried ? json.value(sealed(item.text)) : json.null();
  json.key("status");
  style.form == Form::whole ? json.null() : json.value(base::to_text(kItemStatusNames, item.status));
}

void write_call(JsonWriter& json, const OutputItem& item, bool filled) {
  const std::string_view field = item.kind == ItemKind::function_call ? "arguments" : "input";
  json.field("call_id", item.call_id).field("name", item.name);
  if (!item.name_space.empty()) json.field("namespace", item.name_space);
  json.field(field, filled ? std::string_view(item.text) : std::string_view());
  json.field("status", base::to_text(kItemStatusNames, item.status));
}

}  // namespace

void append_part(std::string& out, const OutputItem& item, const ItemStyle& style, bool filled) {
  JsonWriter json(out);
  const std::string_view text = filled ? std::string_view(item.text) : std::string_view();
  if (item.kind == ItemKind::reasoning) {
    const bool summary = style.reasoning == ReasoningStyle::summary;
    json.begin_object().field("type", summary ? "summary_text" : "reasoning_text").field("text", text);
  } else {
    json.begin_object().field("type", "output_text").field("text", text);
    json.key("annotations").begin_array().end_array();
    if (style.logprobs) {
      json.key("logprobs");
      append_token_logprobs(out, filled ? item.logprobs : std::vector<canon::TokenLogprob>());
    }
  }
  json.end_object();
}

void append_item(std::string& out, const OutputItem& item, const ItemStyle& style, bool filled) {
  constexpr std::size_t kAround = 256;  // the text
  if (filled) out.reserve(out.size() + item.text.size() + kAround);
  JsonWriter json(out);
  json.begin_object().field("id", item.id).field("type", type_of(item.kind));
  switch (item.kind) {
    case ItemKind::reasoning:
      write_reasoning(json, out, item, style, filled);
      break;
    case ItemKind::message:
      json.field("role", "assistant").field("status", base::to_text(kItemStatusNames, item.status));
      write_parts(json.key("content"), out, item, style, filled);
      break;
    case ItemKind::function_call:
    case ItemKind::custom_call:
      write_call(json, item, filled);
      break;
  }
  json.end_object();
}

}  // namespace trilogue::dialect::responses
