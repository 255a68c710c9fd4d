#include "dialect/messages/message_head.h"

#include "wire/json_writer.h"

namespace trilogue::dialect::messages {

namespace {

void append_counts(wire::JsonWriter& json, const canon::Usage& usage) {
  json.field("input_tokens", usage.prompt_tokens - usage.cached_tokens);
  json.field("cache_creation_input_tokens", 0).field("cache_read_input_tokens", usage.cached_tokens);
  json.field("output_tokens", usage.output_tokens);
  json.key("output_tokens_details").begin_object();
  json.field("thinking_tokens", usage.reasoning_tokens).end_object();
  json.key("server_tool_use").null();
}

}  // namespace

void append_head(std::string& out, const ReplyContext& context) {
  wire::JsonWriter json(out);
  json.begin_object().field("id", context.id).field("type", "message").field("role", "assistant");
  json.field("model", context.model);
}

void append_absent(std::string& out) {
  out += R"(,"stop_details":null,"container":null,"diagnostics":null)";
}

void append_usage(std::string& out, const canon::Usage& usage) {
  wire::JsonWriter json(out);
  json.begin_object();
  append_counts(json, usage);
  json.key("cache_creation").null().key("inference_geo").null();
  json.key("service_tier").null().key("speed").null().end_object();
}

void append_final_usage(std::string& out, const canon::Usage& usage) {
  wire::JsonWriter json(out);
  json.begin_object();
  append_counts(json, usage);
  json.end_object();
}

}  // namespace trilogue::dialect::messages
