// How fast an agent's request becomes canon, and what a streamed token costs. Prints one line for each; the
// documents are made here, so that the numbers need no files. Best of several rounds, to leave out the noise
// of a shared machine.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include "dialect/chat/request.h"
#include "dialect/chat/stream.h"
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

void write_tool(JsonWriter& json, int index) {
  json.begin_object().field("type", "function").key("function").begin_object();
  json.field("name", "tool_" + std::to_string(index));
  json.field("description", prose(1000, static_cast<unsigned>(index)));
  json.key("parameters").begin_object().field("type", "object").key("properties").begin_object();
  for (int i = 0; i < 5; ++i) write_property(json, i);
  json.end_object().key("required").begin_array().value("property_0").value("property_1").end_array();
  json.field("additionalProperties", false).end_object().end_object().end_object();
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

void bench_parse() {
  const std::string body = agent_body();
  const double megabytes = static_cast<double>(body.size()) / 1e6;
  const double tree = best_seconds(2000, [&] { require(trilogue::wire::Document::parse(body).has_value()); });
  const double all = best_seconds(2000, [&] { require(chat::parse(body).has_value()); });
  std::printf("json_tree       %zu bytes  %.1f us  %.0f MB/s\n", body.size(), tree * 1e6, megabytes / tree);
  std::printf("chat_request    %zu bytes  %.1f us  %.0f MB/s\n", body.size(), all * 1e6, megabytes / all);
}

void bench_encode(const char* name, canon::BlockKind kind, chat::ChunkStyle style) {
  constexpr int kTokens = 1000;
  chat::ReplyOptions options;
  options.stream = true;
  options.chunks = style;
  const chat::ReplyContext context{"b7b56af0-52a6-483f-a589-948182676a1b", 1709893411, "step-3.7-flash"};
  std::vector<canon::Event> deltas;
  for (int i = 1; i <= kTokens; ++i)
    deltas.push_back({0, canon::Delta{i % 5 ? " token" : ".\n\"", i, 0, {}}});
  std::string out;
  out.reserve(1 << 20);
  chat::StreamEncoder encoder(context, options, 1);
  encoder.on({0, canon::Started{1000, 0}}, out);
  encoder.on({0, canon::BlockOpened{kind, "call_x", "f"}}, out);
  const std::function<void()> encode_all = [&] {
    out.clear();
    for (const canon::Event& event : deltas) encoder.on(event, out);
  };
  const std::size_t before = allocations;
  const double seconds = best_seconds(500, encode_all);
  std::printf("%s  %.0f ns/token  %zu bytes/token  %zu allocations\n", name, seconds / kTokens * 1e9,
              out.size() / kTokens, allocations - before);
  require(allocations == before);
}

}  // namespace

int main() {
  bench_parse();
  bench_encode("encode_text          ", canon::BlockKind::text, chat::ChunkStyle::documented);
  bench_encode("encode_reasoning     ", canon::BlockKind::reasoning, chat::ChunkStyle::documented);
  bench_encode("encode_arguments     ", canon::BlockKind::call, chat::ChunkStyle::documented);
  bench_encode("encode_text_openai   ", canon::BlockKind::text, chat::ChunkStyle::openai);
  return 0;
}
