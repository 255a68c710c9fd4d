// Every way a Messages request can be wrong that we know of: the body, where the fault is said to be, and a
// part of what is said about it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dialect/messages/request.h"

namespace trilogue::dialect::messages {
namespace {

struct Bad {
  std::string body;
  std::string path;
  std::string says;
};

// A body that is right but for what is added to it.
std::string with(const std::string& fields) {
  return R"({"model":"m","max_tokens":100,"messages":[{"role":"user","content":"hi"}],)" + fields + "}";
}
std::string said(const std::string& messages) {
  return R"({"model":"m","max_tokens":100,"messages":[)" + messages + "]}";
}
std::string user(const std::string& block) {
  return said(R"({"role":"user","content":[{"type":"text","text":"x"},)" + block + "]}");
}
std::string assistant(const std::string& block) {
  return said(R"({"role":"assistant","content":[)" + block + "]}");
}
std::string tool(const std::string& json) {
  return with(R"("tools":[)" + json + "]");
}

void expect_refused(const std::vector<Bad>& rows) {
  for (const Bad& row : rows) {
    const auto request = parse(row.body);
    ASSERT_FALSE(request) << row.body;
    EXPECT_EQ(request.error().kind, base::FailureKind::invalid_request) << row.body;
    EXPECT_EQ(request.error().path, row.path) << row.body;
    EXPECT_NE(request.error().message.find(row.says), std::string::npos) << row.body << "\n"
                                                                         << request.error().message;
  }
}

TEST(BadMessages, that_are_no_json_object) {
  expect_refused({
      {"", "", "empty"},
      {"{", "", "malformed JSON"},
      {"{\"model\":\"\xFF\"}", "", "not valid UTF-8"},
      {with("\"x\":" + std::string(200, '[') + std::string(200, ']')), "", "nested deeper than 128"},
      {"[]", "", "expected the body to be a JSON object"},
      {"7", "", "expected the body to be a JSON object"},
  });
}

TEST(BadMessages, without_what_is_required) {
  const std::string hi = R"("messages":[{"role":"user","content":"hi"}])";
  expect_refused({
      {"{}", "model", "is required"},
      {R"({"model":7,"max_tokens":1,)" + hi + "}", "model", "expected a string, got a number"},
      {R"({"model":"","max_tokens":1,)" + hi + "}", "model", "must not be empty"},
      {R"({"model":"m",)" + hi + "}", "max_tokens", "is required"},
      {R"({"model":"m","max_tokens":null,)" + hi + "}", "max_tokens", "is required"},
      {R"({"model":"m","max_tokens":9})", "messages", "is required"},
      {R"({"model":"m","max_tokens":9,"messages":{}})", "messages", "expected an array, got an object"},
      {R"({"model":"m","max_tokens":9,"messages":"hi"})", "messages", "expected an array, got a string"},
      {R"({"model":"m","max_tokens":9,"messages":[]})", "messages", "must not be empty"},
      {R"({"model":"m","max_tokens":9,"input":"hi"})", "messages", "is required"},
  });
}

TEST(BadMessages, with_wrong_messages) {
  const std::string hi = R"({"role":"user","content":"x"},)";
  expect_refused({
      {said("1"), "messages[0]", "expected an object, got a number"},
      {said(hi + "null"), "messages[1]", "is required"},
      {said("{}"), "messages[0].role", "is required"},
      {said(R"({"role":1})"), "messages[0].role", "expected a string, got a number"},
      {said(hi + R"({"role":"robot","content":"x"})"), "messages[1].role", "unknown role \"robot\""},
      {said(R"({"role":"tool","tool_call_id":"a","content":"x"})"), "messages[0].role",
       "unknown role \"tool\""},
      {said(R"({"role":"user"})"), "messages[0].content", "is required"},
      {said(R"({"role":"user","content":null})"), "messages[0].content", "is required"},
      {said(R"({"role":"user","content":5})"), "messages[0].content",
       "expected a string or an array of blocks"},
      {said(R"({"role":"assistant"})"), "messages[0].content", "is required"},
      {said(R"({"role":"assistant","content":false})"), "messages[0].content",
       "expected a string or an array"},
      {said(R"({"role":"assistant","content":null,"tool_calls":[]})"), "messages[0].content", "is required"},
      {said(R"({"role":"system","content":{}})"), "messages[0].content", "expected a string or an array"},
      {said(hi + R"({"role":"system","content":[{"type":"image"}]})"), "messages[1].content[0].type",
       "media parts (image)"},
  });
}

TEST(BadMessages, with_a_wrong_system_prompt) {
  expect_refused({
      {with(R"("system":1)"), "system", "expected a string or an array of blocks"},
      {with(R"("system":{"type":"text","text":"x"})"), "system", "expected a string or an array of blocks"},
      {with(R"("system":["x"])"), "system[0]", "expected an object, got a string"},
      {with(R"("system":[{"text":"x"}])"), "system[0].type", "is required"},
      {with(R"("system":[{"type":"text"}])"), "system[0].text", "is required"},
      {with(R"("system":[{"type":"text","text":"a"},{"type":"image","source":{}}])"), "system[1].type",
       "image"},
      {with(R"("system":[{"type":"tool_result"}])"), "system[0].type",
       "unexpected block type \"tool_result\""},
  });
}

TEST(BadMessages, with_wrong_blocks) {
  const std::string at = "messages[0].content[1]";
  expect_refused({
      {said(R"({"role":"user","content":["x"]})"), "messages[0].content[0]",
       "expected an object, got a string"},
      {user("null"), at, "is required"},
      {user("{}"), at + ".type", "is required"},
      {user(R"({"type":7})"), at + ".type", "expected a string"},
      {user(R"({"type":"text"})"), at + ".text", "is required"},
      {user(R"({"type":"text","text":1})"), at + ".text", "expected a string, got a number"},
      {user(R"({"type":"smell","smell":"x"})"), at + ".type", "unexpected block type \"smell\""},
      {user(R"({"type":"image","source":{"type":"url","url":"http://x/y.png"}})"), at + ".type",
       "media parts (image) are not supported"},
      {user(R"({"type":"document","source":{}})"), at + ".type", "media parts (document)"},
      {user(R"({"type":"image_url","image_url":{}})"), at + ".type", "unexpected block type \"image_url\""},
      {user(R"({"type":"tool_use","id":"a","name":"f","input":{}})"), at + ".type",
       "expected text or tool_result"},
      {user(R"({"type":"thinking","thinking":"x"})"), at + ".type", "unexpected block type \"thinking\""},
      {assistant(R"({"type":"image"})"), "messages[0].content[0].type", "media parts (image)"},
      {assistant(R"({"type":"tool_result","tool_use_id":"a"})"), "messages[0].content[0].type",
       "unexpected block type \"tool_result\""},
      {assistant(R"({"type":"server_thing","id":"a"})"), "messages[0].content[0].type", "server_thing"},
      {assistant(R"({"type":"thinking"})"), "messages[0].content[0].thinking", "is required"},
      {assistant(R"({"type":"thinking","thinking":["x"]})"), "messages[0].content[0].thinking",
       "expected a string, got an array"},
  });
}

TEST(BadMessages, with_wrong_calls_and_results) {
  const std::string call =
      R"({"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},)";
  const std::string block = "messages[0].content[0]";
  const auto result = [](const std::string& fields) {
    return R"({"role":"user","content":[{"type":"tool_result",)" + fields + "}]}";
  };
  expect_refused({
      {assistant(R"({"type":"tool_use","name":"f","input":{}})"), block + ".id", "is required"},
      {assistant(R"({"type":"tool_use","id":"","name":"f","input":{}})"), block + ".id", "must not be empty"},
      {assistant(R"({"type":"tool_use","id":7,"name":"f","input":{}})"), block + ".id", "expected a string"},
      {assistant(R"({"type":"tool_use","id":"a","input":{}})"), block + ".name", "is required"},
      {assistant(R"({"type":"tool_use","id":"a","name":"f g","input":{}})"), block + ".name",
       "expected 1 to 128 characters"},
      {assistant(R"({"type":"tool_use","id":"a","name":"f"})"), block + ".input", "is required"},
      {assistant(R"({"type":"tool_use","id":"a","name":"f","input":"{}"})"), block + ".input",
       "expected an object, got a string"},
      {assistant(R"({"type":"tool_use","id":"a","name":"f","input":[]})"), block + ".input",
       "expected an object, got an array"},
      {said(result(R"("content":"x")")), block + ".tool_use_id", "is required"},
      {said(result(R"("tool_use_id":"a","content":"x")")), block + ".tool_use_id",
       "no earlier assistant message"},
      {said(result(R"("tool_use_id":"a","content":"x")") + "," + call + R"({"role":"user","content":"x"})"),
       block + ".tool_use_id", "no earlier"},
      {said(call + result(R"("tool_use_id":"b","content":"x")")), "messages[1].content[0].tool_use_id",
       "no earlier"},
      {said(call + result(R"("tool_use_id":{},"content":"x")")), "messages[1].content[0].tool_use_id",
       "expected a string"},
      {said(call + result(R"("tool_use_id":"a","content":7)")), "messages[1].content[0].content",
       "expected a string or an array of blocks"},
      {said(call + result(R"("tool_use_id":"a","content":[{"type":"image"}])")),
       "messages[1].content[0].content[0].type", "media parts (image)"},
      {said(call + result(R"("tool_use_id":"a","content":[{"type":"text"}])")),
       "messages[1].content[0].content[0].text", "is required"},
      {said(call + result(R"("tool_use_id":"a","content":[{"type":"tool_result"}])")),
       "messages[1].content[0].content[0].type", "unexpected block type"},
      {said(call + result(R"("tool_use_id":"a","is_error":"yes")")), "messages[1].content[0].is_error",
       "expected a boolean"},
  });
}

TEST(BadMessages, with_numbers_out_of_range) {
  const auto most = [](const std::string& number) {
    return R"({"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":)" + number + "}";
  };
  expect_refused({
      {most("0"), "max_tokens", "expected an integer from 1 on, got 0"},
      {most("-5"), "max_tokens", "from 1 on"},
      {most("1.5"), "max_tokens", "got 1.5"},
      {most("\"100\""), "max_tokens", "expected an integer, got a string"},
      {with(R"("temperature":"0.5")"), "temperature", "expected a number, got a string"},
      {with(R"("temperature":-0.1)"), "temperature", "expected a number from 0 to 2, got -0.1"},
      {with(R"("temperature":2.1)"), "temperature", "from 0 to 2"},
      {with(R"("top_p":0)"), "top_p", "over 0, up to 1"},
      {with(R"("top_p":1.01)"), "top_p", "over 0, up to 1"},
      {with(R"("top_k":501)"), "top_k", "from 0 to 500"},
      {with(R"("top_k":-1)"), "top_k", "from 0 to 500"},
      {with(R"("top_k":1.5)"), "top_k", "expected an integer"},
      {with(R"("top_k":"40")"), "top_k", "expected an integer, got a string"},
  });
}

TEST(BadMessages, with_other_fields_wrong) {
  std::string many;
  for (int i = 0; i < 17; ++i) many += i == 0 ? "\"a\"" : ",\"a\"";
  expect_refused({
      {with(R"("thread":{"type":"create"})"), "thread", "holds no message threads"},
      {R"({"thread":{"type":"continue","previous_message_id":"msg_1"}})", "thread",
       "send the whole conversation"},
      {with(R"("stream":"true")"), "stream", "expected a boolean, got a string"},
      {with(R"("stop_sequences":"a")"), "stop_sequences", "expected an array, got a string"},
      {with(R"("stop_sequences":["a",""])"), "stop_sequences[1]", "must not be empty"},
      {with(R"("stop_sequences":[1])"), "stop_sequences[0]", "expected a string"},
      {with(R"("stop_sequences":[null])"), "stop_sequences[0]", "is required"},
      {with("\"stop_sequences\":[" + many + "]"), "stop_sequences", "at most 16"},
      {with(R"("output_config":"high")"), "output_config", "expected an object, got a string"},
      {with(R"("output_config":{"effort":"huge"})"), "output_config.effort", "expected low, medium or high"},
      {with(R"("output_config":{"effort":2})"), "output_config.effort", "expected a string"},
      {with(R"("output_config":{"format":"json"})"), "output_config.format", "expected an object"},
      {with(R"("output_config":{"format":{}})"), "output_config.format.type", "is required"},
      {with(R"("output_config":{"format":{"type":"json_object"}})"), "output_config.format.type",
       "expected json_schema"},
      {with(R"("output_config":{"format":{"type":"json_schema"}})"), "output_config.format.schema",
       "is required"},
      {with(R"("output_config":{"format":{"type":"json_schema","schema":"{}"}})"),
       "output_config.format.schema", "expected an object"},
      {with(R"("output_format":{"type":"xml"})"), "output_format.type", "expected json_schema"},
      {with(R"("thinking":true)"), "thinking", "expected an object, got a boolean"},
      {with(R"("thinking":{})"), "thinking.type", "is required"},
      {with(R"("thinking":{"type":"on"})"), "thinking.type", "expected enabled, adaptive or disabled"},
      {with(R"("thinking":{"type":"enabled","budget_tokens":0})"), "thinking.budget_tokens", "from 1 on"},
      {with(R"("thinking":{"type":"enabled","budget_tokens":"9"})"), "thinking.budget_tokens",
       "expected an integer"},
      {with(R"("thinking":{"type":"enabled","budget_tokens":100})"), "thinking.budget_tokens",
       "must be below max_tokens"},
      {with(R"("thinking":{"type":"adaptive","budget_tokens":101})"), "thinking.budget_tokens",
       "must be below max_tokens"},
      {with(R"("thinking":{"type":"adaptive","display":"loud"})"), "thinking.display",
       "expected summarized or omitted"},
  });
}

TEST(BadMessages, with_wrong_tools) {
  const std::string f = R"({"name":"f","input_schema":{}})";
  const auto choice = [&](const std::string& json) {
    return tool(f).replace(tool(f).size() - 1, 1, "") + ",\"tool_choice\":" + json + "}";
  };
  expect_refused({
      {with(R"("tools":{})"), "tools", "expected an array, got an object"},
      {tool("1"), "tools[0]", "expected an object"},
      {tool("null"), "tools[0]", "is required"},
      {tool(R"({"type":7})"), "tools[0].type", "expected a string"},
      {tool(R"({"type":"function","function":{"name":"f"}})"), "tools[0].type", "expected custom"},
      {tool("{}"), "tools[0].name", "is required"},
      {tool(R"({"name":"","input_schema":{}})"), "tools[0].name", "expected 1 to 128 characters"},
      {tool(R"({"name":"get weather","input_schema":{}})"), "tools[0].name", "expected 1 to 128 characters"},
      {tool(R"({"name":")" + std::string(129, 'a') + R"(","input_schema":{}})"), "tools[0].name",
       "expected 1 to 128 characters"},
      {tool(f + R"(,{"name":"g"})"), "tools[1].input_schema", "is required"},
      {tool(R"({"name":"f","parameters":{}})"), "tools[0].input_schema", "is required"},
      {tool(R"({"name":"f","input_schema":"{}"})"), "tools[0].input_schema",
       "expected an object, got a string"},
      {tool(R"({"name":"f","description":1,"input_schema":{}})"), "tools[0].description",
       "expected a string"},
      {tool(R"({"name":"f","strict":"yes","input_schema":{}})"), "tools[0].strict", "expected a boolean"},
      {tool(f + R"(,{"type":"web_search_20250305"},)" + f), "tools[2]", "a second tool named \"f\""},
      {choice("\"auto\""), "tool_choice", "expected an object, got a string"},
      {choice("{}"), "tool_choice.type", "is required"},
      {choice(R"({"type":"required"})"), "tool_choice.type", "expected auto, any, tool or none"},
      {choice(R"({"type":"tool"})"), "tool_choice.name", "is required"},
      {choice(R"({"type":"tool","name":"g"})"), "tool_choice.name", "no tool of this name"},
      {choice(R"({"type":"tool","name":7})"), "tool_choice.name", "expected a string"},
      {choice(R"({"type":"auto","disable_parallel_tool_use":1})"), "tool_choice.disable_parallel_tool_use",
       "expected a boolean"},
      {with(R"("tool_choice":{"type":"any"})"), "tool_choice.type", "requires a tool"},
      {with(R"("tools":[{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"any"})"),
       "tool_choice.type", "requires a tool"},
  });
}

TEST(BadMessages, of_a_token_count) {
  const auto path_of = [](const std::string& body) {
    const auto count = parse_count(body);
    return count ? "accepted" : count.error().path;
  };
  EXPECT_EQ(path_of(R"({"model":"m","messages":[{"role":"user"}]})"), "messages[0].content");
  EXPECT_EQ(path_of(R"({"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]})"),
            "max_tokens");
  EXPECT_EQ(path_of(R"({"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{}]})"),
            "tools[0].name");
}

TEST(BadMessages, name_only_the_first_fault) {
  const auto request = parse(R"({"model":"m","max_tokens":0,"messages":[{"role":"user"},{"role":"robot"}]})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().path, "messages[0].content");
}

}  // namespace
}  // namespace trilogue::dialect::messages
