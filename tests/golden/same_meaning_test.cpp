// One conversation, written as a client of each API would write it, must mean the same to the model: the same
// turns, tools and choices in canon, and so the same prompt and the same tokens.
#include <gtest/gtest.h>

#include <random>

#include "dialect/chat/request.h"
#include "dialect/messages/request.h"
#include "dialect/responses/request.h"
#include "wire/json_writer.h"

namespace trilogue::dialect {
namespace {

// ---- conversations ----

struct Conversation {
  std::string system;
  std::vector<canon::Turn> turns;  // no system turns
  std::vector<canon::Tool> tools;
  canon::ToolChoice choice;
  std::string schema;  // of the answer, or ""
  canon::Effort effort = canon::Effort::medium;
  double temperature = 0;
  int max_tokens = 100;
};

class Inventor {
 public:
  explicit Inventor(unsigned seed) : random_(seed) {}

  Conversation invent() {
    Conversation out;
    if (chance(2)) out.system = text();
    for (int i = below(4); i > 0; --i) out.tools.push_back(tool());
    for (int i = below(4); i > 0; --i) exchange(out);
    out.turns.emplace_back(canon::UserTurn{text()});
    if (!out.tools.empty()) out.choice = choice(out.tools);
    if (chance(3)) out.schema = R"({"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]})";
    out.effort = static_cast<canon::Effort>(1 + below(3));
    out.temperature = below(5) / 4.0;
    out.max_tokens = 1 + below(1000);
    return out;
  }

 private:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool chance(int one_in) { return below(one_in) == 0; }

  std::string text() {
    static constexpr const char* kWords[] = {"plain",       "ünïcödé",    "🌍",       "\"quoted\"",
                                             "back\\slash", "<|im_end|>", "</think>", "{\"a\":1}",
                                             "tab\there",   "line\nbreak"};
    std::string out;
    for (int i = 1 + below(6); i > 0; --i) out += std::string(out.empty() ? "" : " ") + kWords[below(10)];
    return out;
  }

  canon::Tool tool() {
    const std::string name = "tool_" + std::to_string(++tools_);
    return {name, text(), R"({"type":"object","properties":{"x":{"type":"string"},"y":{"type":"number"}}})",
            false};
  }

  canon::ToolChoice choice(const std::vector<canon::Tool>& tools) {
    canon::ToolChoice out;
    out.use = static_cast<canon::ToolUse>(below(3));
    if (out.use == canon::ToolUse::required && chance(2)) out.name = tools.front().name;
    // Messages has no field for it where no tool may be called.
    if (out.use != canon::ToolUse::none) out.parallel = chance(2);
    return out;
  }

  // A question, and an answer to it that may have called tools.
  void exchange(Conversation& out) {
    out.turns.emplace_back(canon::UserTurn{text()});
    canon::AssistantTurn answer;
    if (chance(2)) answer.reasoning = text();
    const int calls = out.tools.empty() ? 0 : below(3);
    if (calls == 0 || chance(2)) answer.text = text();
    for (int i = 0; i < calls; ++i) {
      const auto& tool = out.tools[static_cast<std::size_t>(below(static_cast<int>(out.tools.size())))];
      answer.calls.push_back({"call_" + std::to_string(++calls_), tool.name, R"({"x":"a b","y":1.5})"});
    }
    out.turns.emplace_back(answer);
    for (const auto& call : answer.calls)
      out.turns.emplace_back(canon::ToolResultTurn{call.id, call.name, text()});
  }

  std::mt19937 random_;
  int tools_ = 0, calls_ = 0;
};

// ---- as each client writes it ----

std::string_view effort_name(canon::Effort effort) {
  return base::to_text(canon::kEffortNames, effort);
}

template <class T>
const T* as(const canon::Turn& turn) {
  return std::get_if<T>(&turn);
}

void write_common(wire::JsonWriter& json, const Conversation& talk) {
  json.field("model", "m").field("temperature", talk.temperature).field("top_p", 0.9);
}

void write_function(wire::JsonWriter& json, const canon::Tool& tool, std::string_view schema_key) {
  json.field("name", tool.name).field("description", tool.description).key(schema_key).raw(tool.parameters);
}

std::string as_chat(const Conversation& talk) {
  std::string out;
  wire::JsonWriter json(out);
  json.begin_object();
  write_common(json, talk);
  json.field("max_tokens", talk.max_tokens).field("reasoning_effort", effort_name(talk.effort));
  json.key("messages").begin_array();
  if (!talk.system.empty())
    json.begin_object().field("role", "system").field("content", talk.system).end_object();
  for (const auto& turn : talk.turns) {
    json.begin_object();
    if (const auto* user = as<canon::UserTurn>(turn)) json.field("role", "user").field("content", user->text);
    if (const auto* result = as<canon::ToolResultTurn>(turn))
      json.field("role", "tool").field("tool_call_id", result->call_id).field("content", result->text);
    if (const auto* answer = as<canon::AssistantTurn>(turn)) {
      json.field("role", "assistant").field("content", answer->text).field("reasoning", answer->reasoning);
      json.key("tool_calls").begin_array();
      for (const auto& call : answer->calls) {
        json.begin_object().field("id", call.id).field("type", "function").key("function").begin_object();
        json.field("name", call.name).field("arguments", call.arguments).end_object().end_object();
      }
      json.end_array();
    }
    json.end_object();
  }
  json.end_array().key("tools").begin_array();
  for (const auto& tool : talk.tools) {
    json.begin_object().field("type", "function").key("function").begin_object();
    write_function(json, tool, "parameters");
    json.end_object().end_object();
  }
  json.end_array();
  if (!talk.tools.empty()) {
    json.field("parallel_tool_calls", talk.choice.parallel).key("tool_choice");
    if (!talk.choice.name.empty()) {
      json.begin_object().field("type", "function").key("function").begin_object();
      json.field("name", talk.choice.name).end_object().end_object();
    } else {
      json.value(talk.choice.use == canon::ToolUse::none       ? "none"
                 : talk.choice.use == canon::ToolUse::required ? "required"
                                                               : "auto");
    }
  }
  if (!talk.schema.empty()) {
    json.key("response_format").begin_object().field("type", "json_schema").key("json_schema").begin_object();
    json.field("name", "answer").key("schema").raw(talk.schema).end_object().end_object();
  }
  json.end_object();
  return out;
}

void write_blocks(wire::JsonWriter& json, const canon::AssistantTurn& answer) {
  if (!answer.reasoning.empty())
    json.begin_object()
        .field("type", "thinking")
        .field("thinking", answer.reasoning)
        .field("signature", "x")
        .end_object();
  if (!answer.text.empty()) json.begin_object().field("type", "text").field("text", answer.text).end_object();
  for (const auto& call : answer.calls) {
    json.begin_object().field("type", "tool_use").field("id", call.id).field("name", call.name);
    json.key("input").raw(call.arguments).end_object();
  }
}

// The results of a round and the words after it share one user message.
std::string as_messages(const Conversation& talk) {
  std::string out;
  wire::JsonWriter json(out);
  json.begin_object();
  write_common(json, talk);
  json.field("max_tokens", talk.max_tokens).key("output_config").begin_object();
  json.field("effort", effort_name(talk.effort));
  if (!talk.schema.empty())
    json.key("format")
        .begin_object()
        .field("type", "json_schema")
        .key("schema")
        .raw(talk.schema)
        .end_object();
  json.end_object();
  if (!talk.system.empty()) json.field("system", talk.system);
  json.key("messages").begin_array();
  bool in_user = false;
  const auto speak = [&](bool user) {
    if (user && in_user) return;
    if (in_user) json.end_array().end_object();
    in_user = user;
    json.begin_object().field("role", user ? "user" : "assistant").key("content").begin_array();
  };
  for (const auto& turn : talk.turns) {
    if (const auto* answer = as<canon::AssistantTurn>(turn)) {
      speak(false);
      write_blocks(json, *answer);
      json.end_array().end_object();
      continue;
    }
    speak(true);
    if (const auto* user = as<canon::UserTurn>(turn))
      json.begin_object().field("type", "text").field("text", user->text).end_object();
    if (const auto* result = as<canon::ToolResultTurn>(turn)) {
      json.begin_object().field("type", "tool_result").field("tool_use_id", result->call_id);
      json.field("content", result->text).end_object();
    }
  }
  json.end_array().end_object().end_array().key("tools").begin_array();
  for (const auto& tool : talk.tools) {
    json.begin_object();
    write_function(json, tool, "input_schema");
    json.end_object();
  }
  json.end_array();
  if (!talk.tools.empty()) {
    const bool named = !talk.choice.name.empty();
    json.key("tool_choice").begin_object();
    json.field("type", named                                         ? "tool"
                       : talk.choice.use == canon::ToolUse::none     ? "none"
                       : talk.choice.use == canon::ToolUse::required ? "any"
                                                                     : "auto");
    if (named) json.field("name", talk.choice.name);
    if (!talk.choice.parallel) json.field("disable_parallel_tool_use", true);
    json.end_object();
  }
  json.end_object();
  return out;
}

void write_items(wire::JsonWriter& json, const canon::AssistantTurn& answer) {
  if (!answer.reasoning.empty()) {
    json.begin_object()
        .field("type", "reasoning")
        .field("id", "rs_1")
        .key("summary")
        .begin_array()
        .end_array();
    json.key("content").begin_array().begin_object().field("type", "reasoning_text");
    json.field("text", answer.reasoning).end_object().end_array().end_object();
  }
  if (!answer.text.empty()) {
    json.begin_object().field("type", "message").field("role", "assistant").key("content").begin_array();
    json.begin_object()
        .field("type", "output_text")
        .field("text", answer.text)
        .end_object()
        .end_array()
        .end_object();
  }
  for (const auto& call : answer.calls) {
    json.begin_object().field("type", "function_call").field("call_id", call.id).field("name", call.name);
    json.field("arguments", call.arguments).end_object();
  }
}

std::string as_responses(const Conversation& talk) {
  std::string out;
  wire::JsonWriter json(out);
  json.begin_object();
  write_common(json, talk);
  json.field("max_output_tokens", talk.max_tokens).key("reasoning").begin_object();
  json.field("effort", effort_name(talk.effort)).end_object();
  if (!talk.system.empty()) json.field("instructions", talk.system);
  json.key("input").begin_array();
  for (const auto& turn : talk.turns) {
    if (const auto* answer = as<canon::AssistantTurn>(turn)) write_items(json, *answer);
    if (const auto* user = as<canon::UserTurn>(turn))
      json.begin_object().field("role", "user").field("content", user->text).end_object();
    if (const auto* result = as<canon::ToolResultTurn>(turn)) {
      json.begin_object().field("type", "function_call_output").field("call_id", result->call_id);
      json.field("output", result->text).end_object();
    }
  }
  json.end_array().key("tools").begin_array();
  for (const auto& tool : talk.tools) {
    json.begin_object().field("type", "function").field("strict", false);
    write_function(json, tool, "parameters");
    json.end_object();
  }
  json.end_array();
  if (!talk.tools.empty()) {
    json.field("parallel_tool_calls", talk.choice.parallel).key("tool_choice");
    if (!talk.choice.name.empty()) {
      json.begin_object().field("type", "function").field("name", talk.choice.name).end_object();
    } else {
      json.value(talk.choice.use == canon::ToolUse::none       ? "none"
                 : talk.choice.use == canon::ToolUse::required ? "required"
                                                               : "auto");
    }
  }
  if (!talk.schema.empty()) {
    json.key("text")
        .begin_object()
        .key("format")
        .begin_object()
        .field("type", "json_schema")
        .field("name", "answer");
    json.key("schema").raw(talk.schema).end_object().end_object();
  }
  json.end_object();
  return out;
}

// ---- the same ----

base::Result<canon::Request> read_responses(const std::string& body) {
  const auto parsed = responses::Body::parse(body);
  if (!parsed) return base::fail(parsed.error());
  const auto read = responses::read(*parsed, {}, [n = 0](std::string_view prefix) mutable {
    return std::string(prefix) + std::to_string(++n);
  });
  return read.map([](const auto& whole) { return whole.request; });
}

// The schema alone: Messages knows no name for it.
std::string schema_of(const canon::Request& request) {
  const auto* format = std::get_if<canon::JsonBySchema>(&request.format);
  return format == nullptr ? "" : format->schema;
}

void expect_same(const canon::Request& a, const canon::Request& b) {
  EXPECT_EQ(a.model, b.model);
  EXPECT_EQ(a.turns, b.turns);
  EXPECT_EQ(a.tools, b.tools);
  EXPECT_EQ(a.tool_choice, b.tool_choice);
  EXPECT_EQ(schema_of(a), schema_of(b));
  EXPECT_EQ(a.effort, b.effort);
  EXPECT_EQ(a.sampling, b.sampling);
  EXPECT_EQ(a.limits, b.limits);
}

class SameMeaning : public testing::TestWithParam<unsigned> {};

TEST_P(SameMeaning, InAllThreeApis) {
  Inventor inventor(GetParam());
  for (int i = 0; i < 50; ++i) {
    const Conversation talk = inventor.invent();
    const std::string body = as_chat(talk);
    SCOPED_TRACE(body);
    const auto in_chat = chat::parse(body);
    ASSERT_TRUE(in_chat) << in_chat.error().path << ": " << in_chat.error().message;
    const auto in_messages = messages::parse(as_messages(talk));
    ASSERT_TRUE(in_messages) << in_messages.error().path << ": " << in_messages.error().message;
    const auto in_responses = read_responses(as_responses(talk));
    ASSERT_TRUE(in_responses) << in_responses.error().path << ": " << in_responses.error().message;
    expect_same(in_chat->request, in_messages->request);
    expect_same(in_chat->request, *in_responses);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SameMeaning, testing::Range(1U, 21U));

}  // namespace
}  // namespace trilogue::dialect
