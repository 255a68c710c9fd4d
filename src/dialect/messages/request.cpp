#include "dialect/messages/request.h"

#include <utility>

#include "dialect/messages/conversation.h"
#include "dialect/messages/tools.h"
#include "dialect/request_fields.h"
#include "wire/json_node.h"

namespace trilogue::dialect::messages {

namespace {

using wire::Node;
using wire::Reader;

enum class MaxTokens { required, optional };

canon::Sampling read_sampling(Reader& reader, const Node& body) {
  canon::Sampling out;
  out.temperature = reader.number(body.field("temperature"), {0, 2}, out.temperature);
  out.top_p = reader.number(body.field("top_p"), {0, 1, true}, out.top_p);
  out.top_k = static_cast<int>(reader.integer(body.field("top_k"), 0, 500).value_or(0));
  return out;
}

canon::Limits read_limits(Reader& reader, const Node& body, MaxTokens rule) {
  canon::Limits out;
  const Node max_tokens = body.field("max_tokens");
  if (rule == MaxTokens::required) reader.require(max_tokens);
  if (const auto most = reader.integer(max_tokens, 1, kAnyInteger)) out.max_tokens = as_count(*most);
  out.stop = read_stop_strings(reader, body.field("stop_sequences"));
  return out;
}

canon::AnswerFormat read_format(Reader& reader, const Node& format) {
  if (!reader.is_object(format)) return canon::FreeText{};
  const Node type = format.field("type");
  if (reader.required_text(type) != "json_schema") reader.fault(type, "expected json_schema");
  const Node schema = format.field("schema");
  if (!reader.require(schema) || !reader.is_object(schema)) return canon::FreeText{};
  return canon::JsonBySchema{{}, schema.value().to_json(), true};
}

// `output_format` is what the SDKs called it while it was new.
canon::AnswerFormat read_output(Reader& reader, const Node& body, MessagesRequest& out) {
  const Node output = body.field("output_config");
  if (output.present() && !reader.is_object(output)) return canon::FreeText{};
  out.request.effort = read_effort(reader, output.field("effort"));
  const Node format = output.field("format");
  if (format.present()) return read_format(reader, format);
  const Node old = body.field("output_format");
  if (old.present()) out.places.format = "output_format";
  return read_format(reader, old);
}

ThinkingView read_display(Reader& reader, const Node& display) {
  const auto text = reader.text(display);
  if (!text || *text == "summarized") return ThinkingView::shown;
  if (*text != "omitted") reader.fault(display, "expected summarized or omitted");
  return ThinkingView::omitted;
}

// A budget caps the budget of the effort, and must leave room for an answer.
ThinkingView read_thinking(Reader& reader, const Node& thinking, canon::Request& request) {
  if (!reader.is_object(thinking)) return ThinkingView::hidden;
  const Node type = thinking.field("type");
  const std::string_view name = reader.required_text(type);
  if (name == "disabled") {
    request.effort = canon::Effort::none;
    return ThinkingView::hidden;
  }
  if (name != "enabled" && name != "adaptive") reader.fault(type, "expected enabled, adaptive or disabled");
  const Node budget = thinking.field("budget_tokens");
  if (const auto tokens = reader.integer(budget, 1, kAnyInteger)) {
    request.limits.reasoning_budget = as_count(*tokens);
    if (request.limits.max_tokens && *tokens >= *request.limits.max_tokens)
      reader.fault(budget, "must be below max_tokens");
  }
  return read_display(reader, thinking.field("display"));
}

// A conversation that the server would hold between requests. Nothing else that is not known here changes
// what `messages` mean, so this is refused where the rest is ignored; see append_error_body.
void refuse_thread(Reader& reader, const Node& thread) {
  if (thread.present())
    reader.fault(thread, "this server holds no message threads; send the whole conversation in messages");
}

base::Result<MessagesRequest> read(std::string body, MaxTokens rule) {
  const auto document = wire::Document::parse(std::move(body));
  if (!document) return base::fail(document.error());
  const Node root(document->root());
  Reader reader;
  MessagesRequest out;
  canon::Request& request = out.request;
  if (document->root().kind() != wire::Kind::object)
    reader.fault(root, "expected the body to be a JSON object");
  refuse_thread(reader, root.field("thread"));
  request.model = read_model(reader, root);
  request.turns = read_turns(reader, root.field("system"), root.field("messages"));
  request.tools = read_tools(reader, root.field("tools"), out.places.tools);
  request.tool_choice = read_tool_choice(reader, root.field("tool_choice"), request.tools);
  request.sampling = read_sampling(reader, root);
  request.limits = read_limits(reader, root, rule);
  request.format = read_output(reader, root, out);
  out.reply.thinking = read_thinking(reader, root.field("thinking"), request);
  out.reply.stream = reader.boolean(root.field("stream"), false);
  if (reader.failed()) return base::fail(reader.take_fault());
  return out;
}

}  // namespace

base::Result<MessagesRequest> parse(std::string body) {
  return read(std::move(body), MaxTokens::required);
}

base::Result<MessagesRequest> parse_count(std::string body) {
  return read(std::move(body), MaxTokens::optional);
}

}  // namespace trilogue::dialect::messages
