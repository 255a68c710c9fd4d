#include "dialect/responses/request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dialect/request_fields.h"
#include "dialect/responses/conversation.h"
#include "dialect/responses/format.h"
#include "dialect/responses/tools.h"
#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::dialect::responses {

namespace {

using wire::Node;
using wire::Reader;

constexpr std::size_t kMostMetadata = 16;
constexpr std::size_t kLongestMetadataKey = 64;  // in characters
constexpr std::size_t kLongestMetadataValue = 512;
constexpr std::size_t kLongestLabel = 512;  // bytes

std::optional<std::string> owned(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

void require_one_of(Reader& reader, const Node& node, std::initializer_list<std::string_view> texts) {
  const auto text = reader.text(node);
  if (!text || std::find(texts.begin(), texts.end(), *text) != texts.end()) return;
  std::string expected = "expected ";
  for (const std::string_view each : texts) {
    if (each != *texts.begin()) expected += each == *(texts.end() - 1) ? " or " : ", ";
    expected += each;
  }
  reader.fault(node, std::move(expected));
}

// Things of the official API that would change the answer and do not exist here.
void refuse_missing_features(Reader& reader, const Node& body) {
  const Node conversation = body.field("conversation");
  if (conversation.present())
    reader.fault(conversation, "conversations are not supported, go on with previous_response_id");
  const Node prompt = body.field("prompt");
  if (prompt.present()) reader.fault(prompt, "prompt templates are not supported, send the text itself");
}

struct Included {
  bool reasoning = false;
  bool logprobs = false;
};

Included read_include(Reader& reader, const Node& include) {
  Included out;
  if (!reader.is_array(include)) return out;
  for (const Node entry : include.elements()) {
    const std::string_view text = reader.required_text(entry);
    if (text == "reasoning.encrypted_content") out.reasoning = true;
    if (text == "message.output_text.logprobs") out.logprobs = true;
    if (reader.failed()) break;
  }
  return out;
}

std::string read_metadata(Reader& reader, const Node& metadata) {
  if (!reader.is_object(metadata)) return "{}";
  std::size_t count = 0;
  for (const wire::Field& field : metadata.value().fields()) {
    const Node entry = metadata.member(field);
    const std::string_view text = reader.required_text(entry);
    if (wire::count_characters(field.key) > kLongestMetadataKey)
      reader.fault(entry, "expected a key of at most 64 characters");
    if (wire::count_characters(text) > kLongestMetadataValue)
      reader.fault(entry, "expected at most 512 characters");
    if (++count > kMostMetadata) reader.fault(metadata, "expected at most 16 entries");
    if (reader.failed()) break;
  }
  return metadata.value().to_json();
}

void read_reasoning_settings(Reader& reader, const Node& reasoning, ResponsesRequest& out) {
  if (!reader.is_object(reasoning)) return;
  const Node effort = reasoning.field("effort");
  out.request.effort = read_effort(reader, effort);
  if (out.request.effort) {
    out.echo.effort = *effort.value().text();
    out.echo.effort_asked = true;
  }
  const Node summary = reasoning.field("summary");
  require_one_of(reader, summary, {"auto", "concise", "detailed"});
  out.echo.summary = owned(reader.text(summary));
  if (out.echo.summary) out.options.reasoning = ReasoningStyle::summary;
}

void read_sampling(Reader& reader, const Node& body, ResponsesRequest& out) {
  canon::Sampling& sampling = out.request.sampling;
  Echo& echo = out.echo;
  echo.temperature = sampling.temperature = reader.number(body.field("temperature"), {0, 2}, 1);
  echo.top_p = sampling.top_p = reader.number(body.field("top_p"), {0, 1, true}, 1);
  echo.frequency_penalty = sampling.frequency_penalty =
      reader.number(body.field("frequency_penalty"), {-2, 2}, 0);
  echo.presence_penalty = sampling.presence_penalty =
      reader.number(body.field("presence_penalty"), {-2, 2}, 0);
  echo.top_logprobs = static_cast<int>(reader.integer(body.field("top_logprobs"), 0, 20).value_or(0));
  echo.max_output_tokens = reader.integer(body.field("max_output_tokens"), 1, kAnyInteger);
  if (echo.max_output_tokens) out.request.limits.max_tokens = as_count(*echo.max_output_tokens);
}

void read_options(Reader& reader, const Node& body, ResponsesRequest& out) {
  Options& options = out.options;
  options.stream = reader.boolean(body.field("stream"), false);
  reader.is_object(body.field("stream_options"));
  options.store = reader.boolean(body.field("store"), true);
  const Node background = body.field("background");
  options.background = reader.boolean(background, false);
  if (options.background && !options.store)
    reader.fault(background, "needs store to be true: its answer is fetched from the store");
  const Included included = read_include(reader, body.field("include"));
  options.include_encrypted_reasoning = included.reasoning;
  options.logprobs = included.logprobs || out.echo.top_logprobs > 0;
  if (options.logprobs) out.request.sampling.logprobs = out.echo.top_logprobs;
}

// Held as long as the response, and shown in most of its events.
std::optional<std::string> read_label(Reader& reader, const Node& label) {
  auto text = owned(reader.text(label));
  if (text && text->size() > kLongestLabel) reader.fault(label, "expected at most 512 bytes");
  return text;
}

void read_echo(Reader& reader, const Node& body, Echo& echo) {
  echo.instructions = owned(reader.text(body.field("instructions")));
  echo.previous_response_id = owned(reader.text(body.field("previous_response_id")));
  echo.user = read_label(reader, body.field("user"));
  echo.safety_identifier = read_label(reader, body.field("safety_identifier"));
  echo.prompt_cache_key = read_label(reader, body.field("prompt_cache_key"));
  echo.max_tool_calls = reader.integer(body.field("max_tool_calls"), 1, kAnyInteger);
  reader.text(body.field("service_tier"));
  const Node truncation = body.field("truncation");
  require_one_of(reader, truncation, {"auto", "disabled"});
  if (const auto text = reader.text(truncation)) echo.truncation = *text;
  echo.metadata = read_metadata(reader, body.field("metadata"));
  const Node choice = body.field("tool_choice");
  if (choice.present()) echo.tool_choice = choice.value().to_json();
  const Node tools = body.field("tools");
  if (tools.present()) echo.tools = tools.value().to_json();
}

void read_text(Reader& reader, const Node& text, ResponsesRequest& out) {
  if (!reader.is_object(text)) return;
  const Node format = text.field("format");
  out.request.format = read_format(reader, format);
  const Node verbosity = text.field("verbosity");
  require_one_of(reader, verbosity, {"low", "medium", "high"});
  const auto word = reader.text(verbosity);
  out.echo.text.clear();
  wire::JsonWriter json(out.echo.text);
  json.begin_object().key("format").raw(format.present() ? format.value().to_json() : R"({"type":"text"})");
  if (word) json.field("verbosity", *word);
  json.end_object();
}

void read_all(Reader& reader, const Node& body, Conversation& conversation, ResponsesRequest& out) {
  out.request.model = read_model(reader, body);
  refuse_missing_features(reader, body);
  conversation.read_input(reader, body.field("input"));
  Tools tools = read_tools(reader, body.field("tools"));
  out.request.tool_choice = read_tool_choice(reader, body, tools);
  out.echo.parallel_tool_calls = out.request.tool_choice.parallel;
  out.request.tools = std::move(tools.shown);
  out.tools = std::move(tools.offered);
  read_sampling(reader, body, out);
  read_reasoning_settings(reader, body.field("reasoning"), out);
  read_text(reader, body.field("text"), out);
  read_options(reader, body, out);
  read_echo(reader, body, out.echo);
}

base::Result<ResponsesRequest> read_with(const Body& body, const Memory& memory, const IdMaker* ids) {
  const Node root(body.root());
  Reader reader;
  ResponsesRequest out;
  Conversation conversation(ids);
  const auto instructions = reader.text(root.field("instructions"));
  if (instructions && !instructions->empty()) conversation.instruct(*instructions);
  if (const auto remembered = conversation.remember(memory); !remembered)
    return base::fail(remembered.error());
  read_all(reader, root, conversation, out);
  if (reader.failed()) {
    base::Failure fault = reader.take_fault();
    if (conversation.missing()) fault.kind = base::FailureKind::not_found;
    return base::fail(std::move(fault));
  }
  out.request.turns = conversation.take_turns();
  out.input_items = conversation.take_items();
  return out;
}

}  // namespace

base::Result<ResponsesRequest> read(const Body& body, const Memory& memory, const IdMaker& ids) {
  return read_with(body, memory, &ids);
}

base::Result<ResponsesRequest> read_count(const Body& body, const Memory& memory) {
  return read_with(body, memory, nullptr);
}

}  // namespace trilogue::dialect::responses
