// One conversation, told in the words of each dialect, is the same conversation to a model: the turns, the
// tools, the choice among them, the shape of the answer, the effort and the limits, reasoning included.
#include <gtest/gtest.h>

#include <random>

#include "dialect/chat/client.h"
#include "dialect/chat/request.h"
#include "dialect/messages/request.h"
#include "dialect/responses/request.h"
#include "wire/json_writer.h"

namespace trilogue::dialect {
namespace {

using wire::JsonWriter;

// ---- Conversations that nobody had ----

class Talker {
 public:
  explicit Talker(unsigned seed) : chance_(seed) {}

  canon::Request talk() {
    canon::Request out;
    out.model = "m";
    if (one_in(2)) out.turns.emplace_back(canon::SystemTurn{words()});
    const int tools = below(4);
    for (int i = 0; i < tools; ++i)
      out.tools.push_back({"tool_" + std::to_string(i), words(), R"({"type":"object"})", one_in(2)});
    for (int round = 1 + below(3); round > 0; --round) exchange(out, round == 1);
    if (tools > 0 && one_in(2))
      out.tool_choice = {canon::ToolUse::required, one_in(2) ? "tool_0" : "", one_in(2)};
    out.effort = one_in(2) ? canon::Effort::low : canon::Effort::high;
    if (one_in(3)) out.format = canon::JsonBySchema{"answer", R"({"type":"object","required":["a"]})", false};
    out.sampling.temperature = below(9) / 4.0;
    out.limits.max_tokens = 1 + below(1000);
    return out;
  }

 private:
  int below(int limit) { return static_cast<int>(chance_() % static_cast<unsigned>(limit)); }
  bool one_in(int n) { return below(n) == 0; }

  std::string words() {
    static const std::vector<std::string> all{"Paris",      "é",        "\n", "\"",      "🏳️‍🌈",
                                              "<|im_end|>", "</think>", " ",  "\\u0041", "{}"};
    std::string out = "w";
    for (int i = below(5); i > 0; --i) out += all[static_cast<std::size_t>(below(10))];
    return out;
  }

  // A question and what came of it; the last one still waits for its answer.
  void exchange(canon::Request& out, bool last) {
    out.turns.emplace_back(canon::UserTurn{words()});
    if (one_in(4)) out.turns.emplace_back(canon::SystemTurn{words()});
    bool answered = false;
    for (int calls = below(3); calls > 0 && !answered; --calls) answered = !call_tools(out);
    if (!last) out.turns.emplace_back(canon::AssistantTurn{one_in(2) ? words() : "", words(), {}});
  }

  bool call_tools(canon::Request& out) {
    if (out.tools.empty()) return false;
    canon::AssistantTurn turn{one_in(2) ? words() : "", one_in(2) ? words() : "", {}};
    for (int i = 1 + below(3); i > 0; --i)
      turn.calls.push_back(
          {"call_" + std::to_string(++calls_), "tool_0", one_in(2) ? R"({"a":[1,"é"]})" : "{}"});
    const auto calls = turn.calls;
    out.turns.emplace_back(std::move(turn));
    for (const auto& call : calls) out.turns.emplace_back(canon::ToolResultTurn{call.id, call.name, words()});
    return true;
  }

  std::mt19937 chance_;
  int calls_ = 0;
};

// "" where the answer is free text.
std::string schema_of(const canon::Request& request) {
  const auto* format = std::get_if<canon::JsonBySchema>(&request.format);
  return format == nullptr ? "" : format->schema;
}

std::string_view effort_of(const canon::Request& request) {
  return base::to_text(canon::kEffortNames, *request.effort);
}

// ---- As Messages ----

void write_message(JsonWriter& json, const canon::SystemTurn& turn) {
  json.begin_object().field("role", "system").field("content", turn.text).end_object();
}

void write_message(JsonWriter& json, const canon::UserTurn& turn) {
  json.begin_object().field("role", "user").field("content", turn.text).end_object();
}

void write_message(JsonWriter& json, const canon::AssistantTurn& turn) {
  json.begin_object().field("role", "assistant").key("content").begin_array();
  if (!turn.reasoning.empty())
    json.begin_object()
        .field("type", "thinking")
        .field("thinking", turn.reasoning)
        .field("signature", "s")
        .end_object();
  if (!turn.text.empty()) json.begin_object().field("type", "text").field("text", turn.text).end_object();
  for (const auto& call : turn.calls) {
    json.begin_object().field("type", "tool_use").field("id", call.id).field("name", call.name);
    json.key("input").raw(call.arguments).end_object();
  }
  json.end_array().end_object();
}

void write_message(JsonWriter& json, const canon::ToolResultTurn& turn) {
  json.begin_object().field("role", "user").key("content").begin_array();
  json.begin_object().field("type", "tool_result").field("tool_use_id", turn.call_id);
  json.field("content", turn.text).end_object().end_array().end_object();
}

std::string as_messages(const canon::Request& request) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("model", request.model).field("max_tokens", *request.limits.max_tokens);
  json.field("temperature", request.sampling.temperature).key("messages").begin_array();
  for (const auto& turn : request.turns)
    std::visit([&](const auto& each) { write_message(json, each); }, turn);
  json.end_array().key("tools").begin_array();
  for (const auto& tool : request.tools) {
    json.begin_object().field("name", tool.name).field("description", tool.description);
    json.key("input_schema").raw(tool.parameters).field("strict", tool.strict).end_object();
  }
  json.end_array().key("tool_choice").begin_object();
  const canon::ToolChoice& choice = request.tool_choice;
  json.field("type", choice.use == canon::ToolUse::automatic ? "auto" : choice.name.empty() ? "any" : "tool");
  if (!choice.name.empty()) json.field("name", choice.name);
  json.field("disable_parallel_tool_use", !choice.parallel).end_object();
  json.key("output_config").begin_object().field("effort", effort_of(request));
  if (const auto schema = schema_of(request); !schema.empty())
    json.key("format").begin_object().field("type", "json_schema").key("schema").raw(schema).end_object();
  json.end_object();
  json.key("thinking").begin_object().field("type", "adaptive").end_object().end_object();
  return out;
}

// ---- As Responses ----

void write_item(JsonWriter& json, std::string_view role, std::string_view text) {
  json.begin_object().field("role", role).field("content", text).end_object();
}

void write_items(JsonWriter& json, const canon::SystemTurn& turn) {
  write_item(json, "developer", turn.text);
}

void write_items(JsonWriter& json, const canon::UserTurn& turn) {
  write_item(json, "user", turn.text);
}

void write_items(JsonWriter& json, const canon::AssistantTurn& turn) {
  if (!turn.reasoning.empty()) {
    json.begin_object().field("type", "reasoning").key("summary").begin_array().begin_object();
    json.field("type", "summary_text").field("text", turn.reasoning).end_object().end_array().end_object();
  }
  if (!turn.text.empty()) write_item(json, "assistant", turn.text);
  for (const auto& call : turn.calls) {
    json.begin_object().field("type", "function_call").field("call_id", call.id).field("name", call.name);
    json.field("arguments", call.arguments).end_object();
  }
}

void write_items(JsonWriter& json, const canon::ToolResultTurn& turn) {
  json.begin_object().field("type", "function_call_output").field("call_id", turn.call_id);
  json.field("output", turn.text).end_object();
}

std::string as_responses(const canon::Request& request) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("model", request.model).field("max_output_tokens", *request.limits.max_tokens);
  json.field("temperature", request.sampling.temperature).field("top_p", request.sampling.top_p);
  if (const auto schema = schema_of(request); !schema.empty()) {
    json.key("text").begin_object().key("format").begin_object().field("type", "json_schema");
    json.field("name", "answer").key("schema").raw(schema).end_object().end_object();
  }
  json.key("input").begin_array();
  for (const auto& turn : request.turns) std::visit([&](const auto& each) { write_items(json, each); }, turn);
  json.end_array().key("tools").begin_array();
  for (const auto& tool : request.tools) {
    json.begin_object()
        .field("type", "function")
        .field("name", tool.name)
        .field("description", tool.description);
    json.key("parameters").raw(tool.parameters).field("strict", tool.strict).end_object();
  }
  json.end_array();
  const canon::ToolChoice& choice = request.tool_choice;
  json.key("tool_choice");
  if (choice.name.empty()) {
    json.value(choice.use == canon::ToolUse::automatic ? "auto" : "required");
  } else {
    json.begin_object().field("type", "function").field("name", choice.name).end_object();
  }
  json.field("parallel_tool_calls", choice.parallel);
  json.key("reasoning").begin_object().field("effort", effort_of(request)).end_object().end_object();
  return out;
}

// ---- The same ----

void expect_same(const base::Result<canon::Request>& read, const canon::Request& told,
                 const std::string& body) {
  ASSERT_TRUE(read) << read.error().path << ": " << read.error().message << "\n" << body;
  EXPECT_EQ(read->turns, told.turns) << body;
  EXPECT_EQ(read->tools, told.tools) << body;
  EXPECT_EQ(read->tool_choice, told.tool_choice) << body;
  EXPECT_EQ(read->effort, told.effort) << body;
  EXPECT_EQ(schema_of(*read), schema_of(told)) << body;
  EXPECT_EQ(read->sampling, told.sampling) << body;
  EXPECT_EQ(read->limits, told.limits) << body;
}

base::Result<canon::Request> read_chat(const std::string& body) {
  auto read = chat::parse(body);
  if (!read) return base::fail(read.error());
  return read->request;
}

base::Result<canon::Request> read_messages(const std::string& body) {
  auto read = messages::parse(body);
  if (!read) return base::fail(read.error());
  return read->request;
}

base::Result<canon::Request> read_responses(const std::string& body) {
  const auto parsed = responses::Body::parse(body);
  if (!parsed) return base::fail(parsed.error());
  const auto read =
      responses::read(*parsed, {}, [](std::string_view prefix) { return std::string(prefix) + "1"; });
  if (!read) return base::fail(read.error());
  return read->request;
}

TEST(Conversation, is_the_same_in_the_words_of_every_dialect) {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    const canon::Request told = Talker(seed).talk();
    const std::string chat_body = chat::write(told, {});
    expect_same(read_chat(chat_body), told, chat_body);
    const std::string messages_body = as_messages(told);
    expect_same(read_messages(messages_body), told, messages_body);
    const std::string responses_body = as_responses(told);
    expect_same(read_responses(responses_body), told, responses_body);
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
}

}  // namespace
}  // namespace trilogue::dialect
