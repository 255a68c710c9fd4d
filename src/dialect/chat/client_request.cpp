#include "base/enum_table.h"
#include "dialect/chat/client.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::chat {

namespace {

using wire::JsonWriter;

void write_turn(JsonWriter& json, const canon::SystemTurn& turn, const ReplyOptions&) {
  json.field("role", "system").field("content", turn.text);
}

void write_turn(JsonWriter& json, const canon::UserTurn& turn, const ReplyOptions&) {
  json.field("role", "user").field("content", turn.text);
}

void write_turn(JsonWriter& json, const canon::AssistantTurn& turn, const ReplyOptions& options) {
  json.field("role", "assistant").key("content");
  turn.text.empty() && !turn.calls.empty() ? json.null() : json.value(turn.text);
  if (!turn.reasoning.empty()) {
    const bool general = options.reasoning_format == ReasoningFormat::general;
    json.field(general ? "reasoning" : "reasoning_content", turn.reasoning);
  }
  if (turn.calls.empty()) return;
  json.key("tool_calls").begin_array();
  for (const canon::ToolCall& call : turn.calls) {
    json.begin_object().field("id", call.id).field("type", "function").key("function");
    json.begin_object().field("name", call.name).field("arguments", call.arguments).end_object().end_object();
  }
  json.end_array();
}

void write_turn(JsonWriter& json, const canon::ToolResultTurn& turn, const ReplyOptions&) {
  json.field("role", "tool").field("tool_call_id", turn.call_id).field("content", turn.text);
}

void write_messages(JsonWriter& json, const canon::Request& request, const ReplyOptions& options) {
  json.key("messages").begin_array();
  for (const canon::Turn& turn : request.turns) {
    json.begin_object();
    std::visit([&](const auto& kind) { write_turn(json, kind, options); }, turn);
    json.end_object();
  }
  json.end_array();
}

void write_tools(JsonWriter& json, const canon::Request& request) {
  if (!request.tools.empty()) json.key("tools").begin_array();
  for (const canon::Tool& tool : request.tools) {
    json.begin_object().field("type", "function").key("function").begin_object().field("name", tool.name);
    if (!tool.description.empty()) json.field("description", tool.description);
    if (!tool.parameters.empty()) json.key("parameters").raw(tool.parameters);
    if (tool.strict) json.field("strict", true);
    json.end_object().end_object();
  }
  if (!request.tools.empty()) json.end_array();
}

void write_tool_choice(JsonWriter& json, const canon::ToolChoice& choice) {
  if (!choice.parallel) json.field("parallel_tool_calls", false);
  switch (choice.use) {
    case canon::ToolUse::automatic:
      return;
    case canon::ToolUse::none:
      json.field("tool_choice", "none");
      return;
    case canon::ToolUse::required:
      break;
  }
  if (choice.name.empty()) {
    json.field("tool_choice", "required");
    return;
  }
  json.key("tool_choice").begin_object().field("type", "function").key("function");
  json.begin_object().field("name", choice.name).end_object().end_object();
}

void write_format(JsonWriter&, const canon::FreeText&) {}

void write_format(JsonWriter& json, const canon::JsonObject&) {
  json.key("response_format").begin_object().field("type", "json_object").end_object();
}

void write_format(JsonWriter& json, const canon::JsonBySchema& format) {
  json.key("response_format").begin_object().field("type", "json_schema").key("json_schema").begin_object();
  if (!format.name.empty()) json.field("name", format.name);
  json.key("schema").raw(format.schema);
  if (format.strict) json.field("strict", true);
  json.end_object().end_object();
}

// Temperature and top_p always: servers differ in their defaults.
void write_sampling(JsonWriter& json, const canon::Sampling& sampling) {
  json.field("temperature", sampling.temperature).field("top_p", sampling.top_p);
  if (sampling.top_k != 0) json.field("top_k", sampling.top_k);
  if (sampling.frequency_penalty != 0) json.field("frequency_penalty", sampling.frequency_penalty);
  if (sampling.presence_penalty != 0) json.field("presence_penalty", sampling.presence_penalty);
  if (sampling.seed) json.field("seed", *sampling.seed);
  if (sampling.logprobs) json.field("logprobs", true).field("top_logprobs", *sampling.logprobs);
  if (sampling.logit_bias.empty()) return;
  json.key("logit_bias").begin_object();
  for (const auto& [token, bias] : sampling.logit_bias) json.field(std::to_string(token), bias);
  json.end_object();
}

void write_limits(JsonWriter& json, const canon::Limits& limits) {
  if (limits.max_tokens) json.field("max_tokens", *limits.max_tokens);
  if (limits.min_tokens != 0) json.field("min_tokens", limits.min_tokens);
  if (limits.ignore_eos) json.field("ignore_eos", true);
  if (limits.stop.empty()) return;
  json.key("stop").begin_array();
  for (const std::string& text : limits.stop) json.value(text);
  json.end_array();
}

void write_options(JsonWriter& json, const ReplyOptions& options) {
  if (options.stream) json.field("stream", true);
  if (options.include_usage)
    json.key("stream_options").begin_object().field("include_usage", true).end_object();
  if (options.reasoning_format == ReasoningFormat::deepseek_style)
    json.field("reasoning_format", "deepseek-style");
}

}  // namespace

std::string write(const canon::Request& request, const ReplyOptions& options) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("model", request.model);
  write_messages(json, request, options);
  write_tools(json, request);
  write_tool_choice(json, request.tool_choice);
  std::visit([&](const auto& format) { write_format(json, format); }, request.format);
  if (request.effort) json.field("reasoning_effort", base::to_text(canon::kEffortNames, *request.effort));
  write_sampling(json, request.sampling);
  write_limits(json, request.limits);
  if (request.choices != 1) json.field("n", request.choices);
  write_options(json, options);
  json.end_object();
  return out;
}

}  // namespace trilogue::dialect::chat
