// How fast an agent's request becomes canon, and what a streamed token costs. Prints one line for each; the
// documents are made here, so that the numbers need no files. Best of several rounds, to leave out the noise
// of a shared machine.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "dialect/chat/request.h"
#include "dialect/chat/stream.h"
#include "dialect/messages/request.h"
#include "dialect/messages/stream.h"
#include "dialect/responses/stream.h"
#include "wire/json.h"
#include "wire/json_writer.h"

namespace {
std::size_t allocations = 0;
}

// Counted here, so that "no allocation per token" is a measurement. This program has one thread.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using trilogue::wire::JsonWriter;
namespace chat = trilogue::dialect::chat;
namespace messages = trilogue::dialect::messages;
namespace responses = trilogue::dialect::responses;
namespace canon = trilogue::canon;

std::string prose(std::size_t size, unsigned seed) {
  static const std::vector<std::string> words{"The ",
                                              "tool ",
                                              "reads ",
                                              "a file ",
                                              "at `path`, ",
                                              "returns ",
                                              "its lines.\n",
                                              "Use it \"only\" ",
                                              "when needed; ",
                                              "otherwise ",
                                              "ask the user.\n\n",
                                              "- never "};
  std::string out;
  while (out.size() < size) out += words[(seed = seed * 1103515245u + 12345u) / 65536u % words.size()];
  return out;
}

void write_property(JsonWriter& json, int index) {
  json.key("property_" + std::to_string(index))
      .begin_object()
      .field("type", index % 3 ? "string" : "integer");
  json.field("description", prose(120, static_cast<unsigned>(index)));
  if (index % 3 == 0) json.field("minimum", 0).field("maximum", 9007199254740991);
  if (index % 3 == 1)
    json.key("enum").begin_array().value("first").value("second").value("third").end_array();
  json.end_object();
}

// Name, description and schema, the schema under the API's own key.
void write_tool_fields(JsonWriter& json, int index, std::string_view schema_key) {
  json.field("name", "tool_" + std::to_string(index));
  json.field("description", prose(1000, static_cast<unsigned>(index)));
  json.key(schema_key).begin_object().field("type", "object").key("properties").begin_object();
  for (int i = 0; i < 5; ++i) write_property(json, i);
  json.end_object().key("required").begin_array().value("property_0").value("property_1").end_array();
  json.field("additionalProperties", false).end_object();
}

void write_tool(JsonWriter& json, int index) {
  json.begin_object().field("type", "function").key("function").begin_object();
  write_tool_fields(json, index, "parameters");
  json.end_object().end_object();
}

void write_round(JsonWriter& json, int index) {
  const std::string id = "call_" + std::to_string(index);
  json.begin_object()
      .field("role", "assistant")
      .field("content", prose(100, 3))
      .key("tool_calls")
      .begin_array();
  json.begin_object().field("id", id).field("type", "function").key("function").begin_object();
  json.field("name", "tool_1").field("arguments", R"({"property_0": 1, "property_1": "a b c d e f"})");
  json.end_object().end_object().end_array().end_object();
  json.begin_object()
      .field("role", "tool")
      .field("tool_call_id", id)
      .field("content", prose(1500, 9))
      .end_object();
}

// What an agent sends: a long system prompt, 24 tools with schemas, some rounds of calls; about 80 kB.
std::string agent_body() {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("model", "step-3.7-flash").field("stream", true).key("messages").begin_array();
  json.begin_object().field("role", "system").field("content", prose(12000, 1)).end_object();
  json.begin_object().field("role", "user").field("content", prose(800, 2)).end_object();
  for (int i = 0; i < 9; ++i) write_round(json, i);
  json.end_array().key("tools").begin_array();
  for (int i = 0; i < 24; ++i) write_tool(json, i);
  json.end_array().field("tool_choice", "auto").field("max_tokens", 32000).end_object();
  return out;
}

void write_messages_round(JsonWriter& json, int index) {
  const std::string id = "toolu_" + std::to_string(index);
  json.begin_object().field("role", "assistant").key("content").begin_array();
  json.begin_object().field("type", "text").field("text", prose(100, 3)).end_object();
  json.begin_object().field("type", "tool_use").field("id", id).field("name", "tool_1");
  json.key("input").begin_object().field("property_0", 1).field("property_1", "a b c d e f").end_object();
  json.end_object().end_array().end_object();
  json.begin_object().field("role", "user").key("content").begin_array().begin_object();
  json.field("type", "tool_result").field("tool_use_id", id).field("content", prose(1500, 9));
  json.end_object().end_array().end_object();
}

// The same as a client of Messages sends it.
std::string messages_body() {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("model", "step-3.7-flash").field("stream", true).field("max_tokens", 32000);
  json.key("system").begin_array();
  json.begin_object().field("type", "text").field("text", prose(12000, 1)).key("cache_control");
  json.begin_object().field("type", "ephemeral").end_object().end_object().end_array();
  json.key("messages").begin_array();
  json.begin_object().field("role", "user").field("content", prose(800, 2)).end_object();
  for (int i = 0; i < 9; ++i) write_messages_round(json, i);
  json.end_array().key("tools").begin_array();
  for (int i = 0; i < 24; ++i) {
    json.begin_object();
    write_tool_fields(json, i, "input_schema");
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

void write_responses_round(JsonWriter& json, int index) {
  const std::string id = "call_" + std::to_string(index);
  json.begin_object().field("type", "message").field("role", "assistant").key("content").begin_array();
  json.begin_object().field("type", "output_text").field("text", prose(100, 3)).end_object();
  json.end_array().end_object();
  json.begin_object().field("type", "function_call").field("call_id", id).field("name", "tool_1");
  json.field("arguments", R"({"property_0": 1, "property_1": "a b c d e f"})").end_object();
  json.begin_object().field("type", "function_call_output").field("call_id", id);
  json.field("output", prose(1500, 9)).end_object();
}

// The same as Codex sends it.
std::string responses_body() {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("model", "step-3.7-flash").field("stream", true).field("store", false);
  json.field("instructions", prose(12000, 1)).key("input").begin_array();
  json.begin_object().field("role", "user").field("content", prose(800, 2)).end_object();
  for (int i = 0; i < 9; ++i) write_responses_round(json, i);
  json.end_array().key("tools").begin_array();
  for (int i = 0; i < 24; ++i) {
    json.begin_object().field("type", "function");
    write_tool_fields(json, i, "parameters");
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

// Seconds for one call of `work`, the best of many.
double best_seconds(int rounds, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    best = std::min(best, spent.count());
  }
  return best;
}

void require(bool holds) {
  if (!holds) std::abort();  // a benchmark of something broken says nothing
}

void bench_parse(const char* name, const std::string& body, bool (*parse)(const std::string& body)) {
  const double seconds = best_seconds(2000, [&] { require(parse(body)); });
  std::printf("%-26s %zu bytes  %.1f us  %.0f MB/s\n", name, body.size(), seconds * 1e6,
              static_cast<double>(body.size()) / 1e6 / seconds);
}

// What a streamed token costs an encoder, and that it allocates nothing but the growth of the buffer, or of
// the text it keeps: that is `growths` times at most for the half million tokens written here.
template <class Encoder>
void bench_encode(const char* name, canon::BlockKind kind, Encoder encoder, std::size_t growths = 0) {
  constexpr int kTokens = 1000;
  std::vector<canon::Event> deltas;
  for (int i = 1; i <= kTokens; ++i)
    deltas.push_back({0, canon::Delta{i % 5 ? " token" : ".\n\"", i, 0, {}}});
  std::string out;
  out.reserve(1 << 20);
  encoder.on({0, canon::Started{1000, 0}}, out);
  encoder.on({0, canon::BlockOpened{kind, "call_x", "f"}}, out);
  encoder.on(deltas.front(), out);  // it begins a block with its first text
  const std::function<void()> encode_all = [&] {
    out.clear();
    for (const canon::Event& event : deltas) encoder.on(event, out);
  };
  const std::size_t before = allocations;
  const double seconds = best_seconds(500, encode_all);
  std::printf("%-26s %.0f ns/token  %zu bytes/token  %zu allocations\n", name, seconds / kTokens * 1e9,
              out.size() / kTokens, allocations - before);
  require(allocations - before <= growths);
}

chat::StreamEncoder chat_encoder(chat::ChunkStyle style) {
  chat::ReplyOptions options;
  options.stream = true;
  options.chunks = style;
  return {{"b7b56af0-52a6-483f-a589-948182676a1b", 1709893411, "step-3.7-flash"}, options, 1};
}

messages::StreamEncoder messages_encoder() {
  return {{"msg_01XFDUDYJgAACzvnptvVoYEL", "step-3.7-flash", ""}, {true, messages::ThinkingView::shown}};
}

responses::IdMaker one_id() {
  return [](std::string_view prefix) { return std::string(prefix) + "0123456789abcdef0123456789abcdef"; };
}

std::optional<responses::ResponsesRequest> responses_request(const std::string& text) {
  const auto body = responses::Body::parse(text);
  auto request = body ? responses::read(*body, {}, one_id()) : trilogue::base::fail(body.error());
  if (!request) return std::nullopt;
  return std::move(*request);
}

responses::StreamEncoder responses_encoder() {
  const auto request = responses_request(R"({"model":"step-3.7-flash","input":"hi"})");
  require(request.has_value());
  return {{"resp_0123456789abcdef0123456789abcdef", 1772624997, "step-3.7-flash", one_id(), {}}, *request};
}

}  // namespace

int main() {
  using canon::BlockKind;
  using chat::ChunkStyle;
  const std::string chat_body = agent_body();
  bench_parse("json_tree", chat_body,
              [](const std::string& body) { return trilogue::wire::Document::parse(body).has_value(); });
  bench_parse("chat_request", chat_body,
              [](const std::string& body) { return chat::parse(body).has_value(); });
  bench_parse("messages_request", messages_body(),
              [](const std::string& body) { return messages::parse(body).has_value(); });
  bench_parse("responses_request", responses_body(),
              [](const std::string& body) { return responses_request(body).has_value(); });
  bench_encode("encode_text", BlockKind::text, chat_encoder(ChunkStyle::documented));
  bench_encode("encode_reasoning", BlockKind::reasoning, chat_encoder(ChunkStyle::documented));
  bench_encode("encode_arguments", BlockKind::call, chat_encoder(ChunkStyle::documented));
  bench_encode("encode_text_openai", BlockKind::text, chat_encoder(ChunkStyle::openai));
  bench_encode("encode_messages_text", BlockKind::text, messages_encoder());
  bench_encode("encode_messages_thinking", BlockKind::reasoning, messages_encoder());
  bench_encode("encode_messages_input", BlockKind::call, messages_encoder());
  constexpr std::size_t kGrowths = 32;
  bench_encode("encode_responses_text", BlockKind::text, responses_encoder(), kGrowths);
  bench_encode("encode_responses_reasoning", BlockKind::reasoning, responses_encoder(), kGrowths);
  bench_encode("encode_responses_arguments", BlockKind::call, responses_encoder(), kGrowths);
  return 0;
}
