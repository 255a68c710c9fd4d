// Every way a request can be wrong that we know of: the body, where the fault is said to be, and a part of
// what is said about it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dialect/chat/request.h"

namespace trilogue::dialect::chat {
namespace {

struct Bad {
  std::string body;
  std::string path;
  std::string says;
};

// A body that is right but for what is added to it.
std::string with(const std::string& fields) {
  return R"({"model":"m","messages":[{"role":"user","content":"hi"}],)" + fields + "}";
}
std::string said(const std::string& messages) {
  return R"({"model":"m","messages":[)" + messages + "]}";
}
std::string tool(const std::string& function) {
  return with(R"("tools":[{"type":"function","function":)" + function + "}]");
}
std::string called(const std::string& call) {
  return said(R"({"role":"assistant","tool_calls":[)" + call + "]}");
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

TEST(BadRequest, that_is_no_json_object) {
  expect_refused({
      {"", "", "empty"},
      {"{", "", "malformed JSON"},
      {"{\"model\":\"m\",}", "", "malformed JSON"},
      {"{\"model\":\"\xFF\"}", "", "not valid UTF-8"},
      {R"({"model":"\ud800"})", "", "lone surrogate"},
      {with("\"x\":" + std::string(200, '[') + std::string(200, ']')), "", "nested deeper than 128"},
      {with(R"("temperature":NaN)"), "", "malformed JSON"},
      {"[]", "", "expected the body to be a JSON object"},
      {"\"hello\"", "", "expected the body to be a JSON object"},
      {"null", "", "expected the body to be a JSON object"},
  });
}

TEST(BadRequest, without_what_is_required) {
  expect_refused({
      {"{}", "model", "is required"},
      {R"({"model":null,"messages":[]})", "model", "is required"},
      {R"({"model":7,"messages":[]})", "model", "expected a string, got a number"},
      {R"({"model":"","messages":[{"role":"user","content":"x"}]})", "model", "must not be empty"},
      {R"({"model":")" + std::string(257, 'm') + R"(","messages":[]})", "model", "at most 256 bytes"},
      {R"({"model":"m"})", "messages", "is required"},
      {R"({"model":"m","messages":null})", "messages", "is required"},
      {R"({"model":"m","messages":{}})", "messages", "expected an array, got an object"},
      {R"({"model":"m","messages":"hi"})", "messages", "expected an array, got a string"},
      {R"({"model":"m","messages":[]})", "messages", "must not be empty"},
  });
}

TEST(BadRequest, with_wrong_messages) {
  const std::string user = R"({"role":"user","content":"x"},)";
  expect_refused({
      {said("1"), "messages[0]", "expected an object, got a number"},
      {said(user + "null"), "messages[1]", "is required"},
      {said("{}"), "messages[0].role", "is required"},
      {said(R"({"role":1})"), "messages[0].role", "expected a string, got a number"},
      {said(user + R"({"role":"robot","content":"x"})"), "messages[1].role", "unknown role \"robot\""},
      {said(R"({"role":"function","name":"f","content":"x"})"), "messages[0].role", "unknown role"},
      {said(R"({"role":"user"})"), "messages[0].content", "is required"},
      {said(R"({"role":"user","content":null})"), "messages[0].content", "is required"},
      {said(R"({"role":"user","content":5})"), "messages[0].content",
       "expected a string or an array of parts"},
      {said(R"({"role":"user","content":{"type":"text"}})"), "messages[0].content",
       "expected a string or an array"},
      {said(R"({"role":"system"})"), "messages[0].content", "is required"},
      {said(R"({"role":"assistant","content":false})"), "messages[0].content",
       "expected a string or an array"},
      {said(R"({"role":"assistant","reasoning":["x"]})"), "messages[0].reasoning",
       "expected a string, got an array"},
      {said(R"({"role":"assistant","reasoning_content":1})"), "messages[0].reasoning_content",
       "expected a string"},
  });
}

TEST(BadRequest, with_wrong_parts) {
  const std::string user = R"({"role":"user","content":[{"type":"text","text":"x"},)";
  expect_refused({
      {said(R"({"role":"user","content":["x"]})"), "messages[0].content[0]",
       "expected an object, got a string"},
      {said(user + "{}]}"), "messages[0].content[1].type", "is required"},
      {said(user + R"({"type":"text"}]})"), "messages[0].content[1].text", "is required"},
      {said(user + R"({"type":"text","text":1}]})"), "messages[0].content[1].text",
       "expected a string, got a number"},
      {said(user + R"({"type":"smell","smell":"x"}]})"), "messages[0].content[1].type",
       "unknown part type \"smell\""},
      {said(user + R"({"type":"refusal","refusal":"no"}]})"), "messages[0].content[1].type",
       "unknown part type \"refusal\""},
      {said(user + R"({"type":"image_url","image_url":{"url":"http://x/y.png"}}]})"),
       "messages[0].content[1].type", "media parts (image_url) are not supported"},
      {said(user + R"({"type":"video_url","video_url":{"url":"http://x"}}]})"), "messages[0].content[1].type",
       "video_url"},
      {said(user + R"({"type":"input_audio","input_audio":{"data":"x"}}]})"), "messages[0].content[1].type",
       "input_audio"},
      {said(R"({"role":"system","content":[{"type":"image_url"}]})"), "messages[0].content[0].type",
       "image_url"},
  });
}

TEST(BadRequest, with_wrong_calls_and_results) {
  const std::string good =
      R"({"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},)";
  const std::string at = "messages[0].tool_calls";
  expect_refused({
      {said(R"({"role":"assistant","tool_calls":{}})"), at, "expected an array, got an object"},
      {called("1"), at + "[0]", "expected an object"},
      {called(R"({"function":{"name":"f","arguments":"{}"}})"), at + "[0].id", "is required"},
      {called(R"({"id":"","function":{"name":"f","arguments":"{}"}})"), at + "[0].id", "must not be empty"},
      {called(R"({"id":"a","type":"custom","function":{"name":"f","arguments":"{}"}})"), at + "[0].type",
       "expected \"function\""},
      {called(R"({"id":"a","type":"function"})"), at + "[0].function", "is required"},
      {called(R"({"id":"a","function":{"arguments":"{}"}})"), at + "[0].function.name", "is required"},
      {called(R"({"id":"a","function":{"name":"f g","arguments":"{}"}})"), at + "[0].function.name",
       "expected 1 to 128 characters"},
      {called(R"({"id":"a","function":{"name":"f"}})"), at + "[0].function.arguments", "is required"},
      {called(R"({"id":"a","function":{"name":"f","arguments":{}}})"), at + "[0].function.arguments",
       "expected a string, got an object"},
      {said(R"({"role":"tool","content":"x"})"), "messages[0].tool_call_id", "is required"},
      {said(R"({"role":"tool","tool_call_id":"a","content":"x"})"), "messages[0].tool_call_id",
       "no earlier assistant message"},
      {said(R"({"role":"tool","tool_call_id":"a","content":"x"},)" + good +
            R"({"role":"user","content":"x"})"),
       "messages[0].tool_call_id", "no earlier"},
      {said(good + R"({"role":"tool","tool_call_id":"b","content":"x"})"), "messages[1].tool_call_id",
       "no earlier"},
      {said(good + R"({"role":"tool","tool_call_id":1,"content":"x"})"), "messages[1].tool_call_id",
       "expected a string"},
      {said(good + R"({"role":"tool","tool_call_id":"a"})"), "messages[1].content", "is required"},
      {said(good + R"({"role":"tool","tool_call_id":"a","content":[{"type":"image_url"}]})"),
       "messages[1].content[0].type", "not supported"},
  });
}

TEST(BadRequest, with_numbers_out_of_range) {
  expect_refused({
      {with(R"("temperature":"0.5")"), "temperature", "expected a number, got a string"},
      {with(R"("temperature":-0.1)"), "temperature", "expected a number from 0 to 2, got -0.1"},
      {with(R"("temperature":2.1)"), "temperature", "from 0 to 2"},
      {with(R"("temperature":true)"), "temperature", "expected a number, got a boolean"},
      {with(R"("top_p":0)"), "top_p", "over 0, up to 1"},
      {with(R"("top_p":1.01)"), "top_p", "over 0, up to 1"},
      {with(R"("top_k":501)"), "top_k", "from -1 to 500"},
      {with(R"("max_tokens":0)"), "max_tokens", "expected an integer from 1 on, got 0"},
      {with(R"("max_tokens":-5)"), "max_tokens", "from 1 on"},
      {with(R"("max_tokens":1.5)"), "max_tokens", "got 1.5"},
      {with(R"("max_tokens":"100")"), "max_tokens", "expected an integer, got a string"},
      {with(R"("max_completion_tokens":0)"), "max_completion_tokens", "from 1 on"},
      {with(R"("min_tokens":-1)"), "min_tokens", "from 0 on"},
      {with(R"("min_tokens":9,"max_tokens":8)"), "min_tokens", "is over max_tokens"},
      {with(R"("n":0)"), "n", "from 1 to 128"},
      {with(R"("n":129)"), "n", "from 1 to 128"},
      {with(R"("n":[1])"), "n", "expected an integer, got an array"},
      {with(R"("frequency_penalty":2.5)"), "frequency_penalty", "from -2 to 2"},
      {with(R"("presence_penalty":-3)"), "presence_penalty", "from -2 to 2"},
      {with(R"("seed":1.5)"), "seed", "expected an integer"},
      {with(R"("temperature":1e400)"), "temperature", "from 0 to 2"},
      {with(R"("seed":123456789012345678901234567890)"), "seed", "expected an integer"},
      {with(R"("seed":"x")"), "seed", "expected an integer, got a string"},
      {with(R"("logit_bias":[])"), "logit_bias", "expected an object, got an array"},
      {with(R"("logit_bias":{"a":1})"), "logit_bias.a", "expected a token id"},
      {with(R"("logit_bias":{"-1":1})"), "logit_bias.-1", "expected a token id"},
      {with(R"("logit_bias":{"99999999999":1})"), "logit_bias.99999999999", "expected a token id"},
      {with(R"("logit_bias":{"7":101})"), "logit_bias.7", "from -100 to 100"},
      {with(R"("logit_bias":{"7":"1"})"), "logit_bias.7", "expected a number, got a string"},
      {with(R"("logprobs":1)"), "logprobs", "expected a boolean, got a number"},
      {with(R"("top_logprobs":2)"), "top_logprobs", "needs logprobs"},
      {with(R"("logprobs":true,"top_logprobs":21)"), "top_logprobs", "from 0 to 20"},
  });
}

TEST(BadRequest, with_other_fields_wrong) {
  std::string biases = R"("1":1)";
  for (int i = 0; i < 1024; ++i) biases += R"(,"1":1)";
  const std::string too_many =
      "\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"";
  expect_refused({
      {with(R"("stream":"true")"), "stream", "expected a boolean, got a string"},
      {with(R"("stream":1)"), "stream", "expected a boolean, got a number"},
      {with(R"("stream_options":true)"), "stream_options", "expected an object, got a boolean"},
      {with(R"("stream_options":{"include_usage":"yes"})"), "stream_options.include_usage",
       "expected a boolean"},
      {with(R"("ignore_eos":0)"), "ignore_eos", "expected a boolean"},
      {with(R"("stop":1)"), "stop", "expected a string or an array of strings"},
      {with("\"stop\":\"" + std::string(513, 'x') + "\""), "stop", "at most 512 bytes"},
      {with("\"stop\":[\"" + std::string(513, 'x') + "\"]"), "stop[0]", "at most 512 bytes"},
      {with(R"("stop":["a",""])"), "stop[1]", "must not be empty"},
      {with(R"("stop":["a",null])"), "stop[1]", "is required"},
      {with(R"("stop":[1])"), "stop[0]", "expected a string"},
      {with("\"stop\":[" + too_many + "]"), "stop", "at most 16"},
      {with("\"logit_bias\":{" + biases + "}"), "logit_bias", "at most 1024"},
      {with(R"("response_format":"json_object")"), "response_format", "expected an object, got a string"},
      {with(R"("response_format":{})"), "response_format.type", "is required"},
      {with(R"("response_format":{"type":"xml"})"), "response_format.type",
       "expected text, json_object or json_schema"},
      {with(R"("response_format":{"type":"json_schema"})"), "response_format.json_schema", "is required"},
      {with(R"("response_format":{"type":"json_schema","json_schema":{"name":"a"}})"),
       "response_format.json_schema.schema", "is required"},
      {with(R"("response_format":{"type":"json_schema","json_schema":{"schema":"{}"}})"),
       "response_format.json_schema.schema", "expected an object"},
      {with(R"("response_format":{"type":"json_schema","json_schema":{"schema":{},"strict":1}})"),
       "response_format.json_schema.strict", "boolean"},
      {with(R"("reasoning_format":"deepseek")"), "reasoning_format", "expected general or deepseek-style"},
      {with(R"("reasoning_format":1)"), "reasoning_format", "expected a string"},
      {with(R"("reasoning_effort":"huge")"), "reasoning_effort", "expected low, medium or high"},
      {with(R"("reasoning_effort":2)"), "reasoning_effort", "expected a string"},
  });
}

TEST(BadRequest, with_wrong_tools) {
  const std::string long_name(129, 'a');
  expect_refused({
      {with(R"("tools":{})"), "tools", "expected an array, got an object"},
      {with(R"("tools":[1])"), "tools[0]", "expected an object"},
      {with(R"("tools":[{"type":"web_search"}])"), "tools[0].type", "expected \"function\""},
      {with(R"("tools":[{"type":"function"}])"), "tools[0].function", "is required"},
      {tool("{}"), "tools[0].function.name", "is required"},
      {tool(R"({"name":""})"), "tools[0].function.name", "expected 1 to 128 characters"},
      {tool(R"({"name":"get weather"})"), "tools[0].function.name", "expected 1 to 128 characters"},
      {tool(R"({"name":"wetter_für"})"), "tools[0].function.name", "expected 1 to 128 characters"},
      {tool(R"({"name":"a.b"})"), "tools[0].function.name", "expected 1 to 128 characters"},
      {tool(R"({"name":")" + long_name + R"("})"), "tools[0].function.name", "expected 1 to 128 characters"},
      {tool(R"({"name":"f","description":1})"), "tools[0].function.description", "expected a string"},
      {tool(R"({"name":"f","parameters":"{}"})"), "tools[0].function.parameters",
       "expected an object, got a string"},
      {tool(R"({"name":"f","strict":"yes"})"), "tools[0].function.strict", "expected a boolean"},
      {with(R"("tools":[{"function":{"name":"f"}},{"function":{"name":"f"}}])"), "tools[1]",
       "a second tool named \"f\""},
      {with(R"("tool_choice":"required")"), "tool_choice", "requires a tool"},
      {with(R"("tool_choice":"any")"), "tool_choice", "expected \"auto\""},
      {with(R"("tool_choice":1)"), "tool_choice", "expected \"auto\""},
      {with(R"("tool_choice":{"type":"allowed_tools"})"), "tool_choice.type", "expected \"function\""},
      {with(R"("tool_choice":{"type":"function"})"), "tool_choice.function", "is required"},
      {with(R"("tool_choice":{"function":{"name":"g"}},"tools":[{"function":{"name":"f"}}])"),
       "tool_choice.function.name", "no tool of this name"},
      {with(R"("parallel_tool_calls":"no")"), "parallel_tool_calls", "expected a boolean"},
  });
}

TEST(BadRequest, of_a_token_count) {
  const auto count = parse_count(R"({"model":"m","messages":[{"role":"user"}]})");
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().path, "messages[0].content");
  const auto effort = parse_count(with(R"("reasoning_effort":"some")"));
  ASSERT_FALSE(effort);
  EXPECT_EQ(effort.error().path, "reasoning_effort");
}

TEST(BadRequest, names_only_the_first_fault) {
  const auto request = parse(R"({"model":"m","messages":[{"role":"user"},{"role":"robot"}],"n":0})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().path, "messages[0].content");
}

TEST(BadRequest, is_quoted_in_whole_characters) {
  std::string role(63, 'a');
  for (int i = 0; i < 100; ++i) role += "é";
  const auto request = parse(said(R"({"role":")" + role + R"("})"));
  ASSERT_FALSE(request);
  EXPECT_NE(request.error().message.find(std::string(63, 'a') + "\", expected"), std::string::npos);
}

}  // namespace
}  // namespace trilogue::dialect::chat
