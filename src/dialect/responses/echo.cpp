#include "dialect/responses/echo.h"

#include <cmath>

#include "wire/json_writer.h"

namespace trilogue::dialect::responses {

namespace {

using wire::JsonWriter;

template <class Name, class T>
void optional(JsonWriter& json, const Name& name, const std::optional<T>& content) {
  json.key(name);
  content ? json.value(*content) : json.null();
}

// 1 as 1.0, as the documents write it.
template <class Name>
void fraction(JsonWriter& json, const Name& name, double number) {
  json.key(name);
  if (number == 1) return void(json.raw("1.0"));
  if (number == 0 && !std::signbit(number)) return void(json.raw("0.0"));
  std::string text;
  wire::append_json_number(text, number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  json.raw(text);
}

}  // namespace

std::string echo_fields(const Echo& echo, const Options& options) {
  std::string out = "{";
  out.reserve(1024 + echo.tools.size() + (echo.instructions ? echo.instructions->size() : 0));
  JsonWriter json(out);
  optional(json.raw(""), "instructions", echo.instructions);
  optional(json, "max_output_tokens", echo.max_output_tokens);
  json.key("reasoning").begin_object().field("effort", echo.effort);
  optional(json, "summary", echo.summary);
  json.end_object();
  fraction(json, "temperature", echo.temperature);
  fraction(json, "top_p", echo.top_p);
  json.key("text").raw(echo.text).key("tool_choice").raw(echo.tool_choice).key("tools").raw(echo.tools);
  json.field("background", options.background);
  fraction(json, "frequency_penalty", echo.frequency_penalty);
  optional(json, "max_tool_calls", echo.max_tool_calls);
  json.key("metadata").raw(echo.metadata).field("parallel_tool_calls", echo.parallel_tool_calls);
  fraction(json, "presence_penalty", echo.presence_penalty);
  optional(json, "previous_response_id", echo.previous_response_id);
  optional(json, "prompt_cache_key", echo.prompt_cache_key);
  optional(json, "safety_identifier", echo.safety_identifier);
  json.field("service_tier", "default").field("store", options.store);
  json.field("top_logprobs", echo.top_logprobs).field("truncation", echo.truncation);
  optional(json, "user", echo.user);
  out.erase(0, 1);
  return out;
}

}  // namespace trilogue::dialect::responses
