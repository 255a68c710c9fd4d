#include "dialect/chat/request.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "dialect/chat/conversation.h"
#include "dialect/chat/tools.h"
#include "dialect/request_fields.h"
#include "wire/json_node.h"

namespace trilogue::dialect::chat {

namespace {

using wire::Node;
using wire::Reader;

// Any 64-bit seed is taken; one that fits into 32 bits is used as it is.
std::uint32_t folded_seed(std::int64_t seed) {
  const auto bits = static_cast<std::uint64_t>(seed);
  return static_cast<std::uint32_t>(bits ^ (bits >> 32));
}

std::optional<int> token_id(std::string_view key) {
  int id = -1;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
  if (error != std::errc() || end != key.data() + key.size() || id < 0) return std::nullopt;
  return id;
}

constexpr std::size_t kMostBiases = 1024;  // each costs time at every token, and memory in every choice

std::vector<std::pair<int, double>> read_logit_bias(Reader& reader, const Node& node) {
  std::vector<std::pair<int, double>> out;
  if (!reader.is_object(node)) return out;
  for (const wire::Field& field : node.value().fields()) {
    if (out.size() == kMostBiases) reader.fault(node, "expected at most 1024 token ids");
    const Node entry = node.member(field);
    const auto id = token_id(field.key);
    if (!id) reader.fault(entry, "expected a token id as the key");
    if (reader.require(entry)) out.emplace_back(id.value_or(0), reader.number(entry, {-100, 100}, 0));
    if (reader.failed()) break;
  }
  return out;
}

std::optional<int> read_logprobs(Reader& reader, const Node& body) {
  const bool wanted = reader.boolean(body.field("logprobs"), false);
  const Node top = body.field("top_logprobs");
  const auto alternatives = reader.integer(top, 0, 20);
  if (alternatives && !wanted) reader.fault(top, "needs logprobs to be true");
  if (!wanted) return std::nullopt;
  return static_cast<int>(alternatives.value_or(0));
}

canon::Sampling read_sampling(Reader& reader, const Node& body) {
  canon::Sampling out;
  out.temperature = reader.number(body.field("temperature"), {0, 2}, out.temperature);
  out.top_p = reader.number(body.field("top_p"), {0, 1, true}, out.top_p);
  // vLLM and llama-server take top_k here too; −1 and 0 turn it off.
  out.top_k =
      static_cast<int>(std::max<std::int64_t>(0, reader.integer(body.field("top_k"), -1, 500).value_or(0)));
  out.frequency_penalty = reader.number(body.field("frequency_penalty"), {-2, 2}, 0);
  out.presence_penalty = reader.number(body.field("presence_penalty"), {-2, 2}, 0);
  const auto seed = reader.integer(body.field("seed"), std::numeric_limits<std::int64_t>::min(), kAnyInteger);
  if (seed) out.seed = folded_seed(*seed);
  out.logit_bias = read_logit_bias(reader, body.field("logit_bias"));
  out.logprobs = read_logprobs(reader, body);
  return out;
}

std::vector<std::string> read_stop(Reader& reader, const Node& stop) {
  if (!stop.present()) return {};
  if (stop.value().kind() == wire::Kind::array) return read_stop_strings(reader, stop);
  const auto text = stop.value().text();
  if (!text) reader.fault(stop, "expected a string or an array of strings");
  if (!text || text->empty()) return {};  // "" is what the documents call the default
  return {std::string(read_stop_string(reader, stop))};
}

canon::Limits read_limits(Reader& reader, const Node& body) {
  canon::Limits out;
  const auto max_tokens = reader.integer(body.field("max_tokens"), 1, kAnyInteger);
  const auto alias = reader.integer(body.field("max_completion_tokens"), 1, kAnyInteger);
  if (max_tokens || alias) out.max_tokens = as_count(max_tokens ? *max_tokens : *alias);
  const Node min_tokens = body.field("min_tokens");
  out.min_tokens = as_count(reader.integer(min_tokens, 0, kAnyInteger).value_or(0));
  if (out.max_tokens && out.min_tokens > *out.max_tokens) reader.fault(min_tokens, "is over max_tokens");
  out.ignore_eos = reader.boolean(body.field("ignore_eos"), false);
  out.stop = read_stop(reader, body.field("stop"));
  return out;
}

canon::JsonBySchema read_schema(Reader& reader, const Node& format) {
  canon::JsonBySchema out;
  const Node holder = format.field("json_schema");
  if (!reader.require(holder) || !reader.is_object(holder)) return out;
  out.name = reader.text(holder.field("name")).value_or(std::string_view());
  const Node schema = holder.field("schema");
  if (reader.require(schema) && reader.is_object(schema)) out.schema = schema.value().to_json();
  out.strict = reader.boolean(holder.field("strict"), false);
  return out;
}

canon::AnswerFormat read_format(Reader& reader, const Node& format) {
  if (!reader.is_object(format)) return canon::FreeText{};
  const Node type = format.field("type");
  const std::string_view name = reader.required_text(type);
  if (name == "json_object") return canon::JsonObject{};
  if (name == "json_schema") return read_schema(reader, format);
  if (name != "text") reader.fault(type, "expected text, json_object or json_schema");
  return canon::FreeText{};
}

ReasoningFormat read_reasoning_format(Reader& reader, const Node& node) {
  const auto text = reader.text(node);
  if (!text || *text == "general") return ReasoningFormat::general;
  if (*text != "deepseek-style") reader.fault(node, "expected general or deepseek-style");
  return ReasoningFormat::deepseek_style;
}

ReplyOptions read_reply_options(Reader& reader, const Node& body) {
  ReplyOptions out;
  out.stream = reader.boolean(body.field("stream"), false);
  const Node options = body.field("stream_options");
  if (reader.is_object(options)) out.include_usage = reader.boolean(options.field("include_usage"), false);
  out.reasoning_format = read_reasoning_format(reader, body.field("reasoning_format"));
  return out;
}

// All that the prompt is written from, so that a count is what the request would report.
canon::Request read_prompt(Reader& reader, const Node& body) {
  canon::Request out;
  if (body.value().kind() != wire::Kind::object) reader.fault(body, "expected the body to be a JSON object");
  out.model = read_model(reader, body);
  out.turns = read_messages(reader, body.field("messages"));
  out.tools = read_tools(reader, body.field("tools"));
  out.tool_choice = read_tool_choice(reader, body, out.tools);
  out.format = read_format(reader, body.field("response_format"));
  out.effort = read_effort(reader, body.field("reasoning_effort"));
  return out;
}

}  // namespace

base::Result<ChatRequest> parse(std::string body, ParseLimits limits) {
  const auto document = wire::Document::parse(std::move(body));
  if (!document) return base::fail(document.error());
  const Node root(document->root());
  Reader reader;
  ChatRequest out;
  canon::Request& request = out.request;
  request = read_prompt(reader, root);
  request.sampling = read_sampling(reader, root);
  request.limits = read_limits(reader, root);
  request.choices = static_cast<int>(reader.integer(root.field("n"), 1, limits.max_choices).value_or(1));
  out.reply = read_reply_options(reader, root);
  out.reply.logprobs = request.sampling.logprobs.has_value();
  if (reader.failed()) return base::fail(reader.take_fault());
  return out;
}

base::Result<canon::Request> parse_count(std::string body) {
  const auto document = wire::Document::parse(std::move(body));
  if (!document) return base::fail(document.error());
  const Node root(document->root());
  Reader reader;
  canon::Request request = read_prompt(reader, root);
  if (reader.failed()) return base::fail(reader.take_fault());
  return request;
}

}  // namespace trilogue::dialect::chat
