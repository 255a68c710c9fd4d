// Every way a request can be wrong that we know of: the body, where the fault is said to be, and a part of
// what is said about it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dialect/responses/test_request.h"

namespace trilogue::dialect::responses {
namespace {

struct Bad {
  std::string body;
  std::string path;
  std::string says;
};

std::string tool(const std::string& fields) {
  return with(R"("tools":[{"type":"function",)" + fields + "}]");
}

void expect_refused(const std::vector<Bad>& rows) {
  for (const Bad& row : rows) {
    const auto request = read_text(row.body);
    ASSERT_FALSE(request) << row.body;
    EXPECT_EQ(request.error().kind, base::FailureKind::invalid_request) << row.body;
    EXPECT_EQ(request.error().path, row.path) << row.body;
    EXPECT_NE(request.error().message.find(row.says), std::string::npos) << row.body << "\n"
                                                                         << request.error().message;
  }
}

TEST(BadResponsesRequest, that_is_no_json_object) {
  expect_refused({
      {"", "", "empty"},
      {"{", "", "malformed JSON"},
      {"{\"model\":\"\xFF\"}", "", "not valid UTF-8"},
      {with("\"x\":" + std::string(200, '[') + std::string(200, ']')), "", "nested deeper than 128"},
      {"[]", "", "expected the body to be a JSON object"},
      {"null", "", "expected the body to be a JSON object"},
      {"\"hello\"", "", "expected the body to be a JSON object"},
  });
}

TEST(BadResponsesRequest, without_what_is_required) {
  expect_refused({
      {"{}", "model", "is required"},
      {R"({"model":null,"input":"x"})", "model", "is required"},
      {R"({"model":7,"input":"x"})", "model", "expected a string, got a number"},
      {R"({"model":"","input":"x"})", "model", "must not be empty"},
      {R"({"model":"m"})", "input", "is required"},
      {R"({"model":"m","input":null})", "input", "is required"},
      {R"({"model":"m","input":""})", "input", "must not be empty"},
      {R"({"model":"m","input":[]})", "input", "must not be empty"},
      {R"({"model":"m","input":{}})", "input", "expected a string or an array of items"},
      {R"({"model":"m","input":5})", "input", "expected a string or an array of items"},
      {R"({"model":"m","messages":[{"role":"user","content":"x"}]})", "input", "is required"},
      {of_items(R"({"type":"web_search_call","id":"ws_1"})"), "input", "nothing that a model could read"},
      {of_items(R"({"type":"reasoning","summary":[]})"), "input", "nothing that a model could read"},
  });
}

TEST(BadResponsesRequest, with_wrong_items) {
  const std::string user = R"({"role":"user","content":"x"},)";
  expect_refused({
      {of_items("1"), "input[0]", "expected an object, got a number"},
      {of_items(user + "null"), "input[1]", "is required"},
      {of_items(R"("hello")"), "input[0]", "expected an object, got a string"},
      {of_items("{}"), "input[0].type", "is required"},
      {of_items(R"({"type":7})"), "input[0].type", "expected a string, got a number"},
      {of_items(R"({"type":"dream"})"), "input[0].type", "unknown item type \"dream\""},
      {of_items(R"({"type":"compaction","encrypted_content":"x"})"), "input[0].type", "unknown item type"},
      {of_items(R"({"type":"message","content":"x"})"), "input[0].role", "is required"},
      {of_items(R"({"role":1,"content":"x"})"), "input[0].role", "expected a string, got a number"},
      {of_items(user + R"({"role":"robot","content":"x"})"), "input[1].role", "unknown role \"robot\""},
      {of_items(R"({"role":"tool","content":"x"})"), "input[0].role", "unknown role \"tool\""},
      {of_items(R"({"role":"user"})"), "input[0].content", "is required"},
      {of_items(R"({"role":"assistant","content":null})"), "input[0].content", "is required"},
      {of_items(R"({"role":"user","content":{}})"), "input[0].content", "expected a string or an array"},
      {of_items(R"({"role":"user","id":5,"content":"x"})"), "input[0].id", "expected a string"},
      {of_items(R"({"type":"item_reference"})"), "input[0].id", "is required"},
      {of_items(R"({"type":"item_reference","id":1})"), "input[0].id", "expected a string"},
      {of_items(R"({"type":"reasoning","summary":{}})"), "input[0].summary", "expected an array"},
      {of_items(R"({"type":"reasoning","summary":["x"]})"), "input[0].summary[0]", "expected an object"},
      {of_items(R"({"type":"reasoning","summary":[{"type":"summary_text"}]})"), "input[0].summary[0].text",
       "is required"},
      {of_items(R"({"type":"reasoning","content":[{"text":1}]})"), "input[0].content[0].text",
       "expected a string"},
      {of_items(R"({"type":"reasoning","encrypted_content":{}})"), "input[0].encrypted_content",
       "expected a string"},
  });
}

TEST(BadResponsesRequest, with_wrong_parts) {
  const std::string user = R"({"role":"user","content":[{"type":"input_text","text":"x"},)";
  expect_refused({
      {of_items(R"({"role":"user","content":["x"]})"), "input[0].content[0]", "expected an object"},
      {of_items(user + "{}]}"), "input[0].content[1].type", "is required"},
      {of_items(user + R"({"type":"input_text"}]})"), "input[0].content[1].text", "is required"},
      {of_items(user + R"({"type":"input_text","text":1}]})"), "input[0].content[1].text",
       "expected a string"},
      {of_items(user + R"({"type":"smell"}]})"), "input[0].content[1].type", "unknown part type \"smell\""},
      {of_items(user + R"({"type":"text","text":"x"}]})"), "input[0].content[1].type", "expected input_text"},
      {of_items(user + R"({"type":"input_image","image_url":"http://x/y.png"}]})"),
       "input[0].content[1].type", "media parts (input_image) are not supported"},
      {of_items(user + R"({"type":"input_audio","input_audio":{}}]})"), "input[0].content[1].type",
       "input_audio"},
      {of_items(user + R"({"type":"input_video","video_url":"x"}]})"), "input[0].content[1].type",
       "input_video"},
      {of_items(user + R"({"type":"input_file","file_id":"x"}]})"), "input[0].content[1].type", "input_file"},
  });
}

TEST(BadResponsesRequest, with_wrong_calls_and_outputs) {
  const std::string call = R"({"type":"function_call","call_id":"a","name":"f","arguments":"{}"},)";
  expect_refused({
      {of_items(R"({"type":"function_call","name":"f","arguments":"{}"})"), "input[0].call_id",
       "is required"},
      {of_items(R"({"type":"function_call","call_id":"","name":"f","arguments":"{}"})"), "input[0].call_id",
       "must not be empty"},
      {of_items(R"({"type":"function_call","call_id":"a","arguments":"{}"})"), "input[0].name",
       "is required"},
      {of_items(R"({"type":"function_call","call_id":"a","name":"f g","arguments":"{}"})"), "input[0].name",
       "expected 1 to 128 characters"},
      {of_items(R"({"type":"function_call","call_id":"a","name":"f"})"), "input[0].arguments", "is required"},
      {of_items(R"({"type":"function_call","call_id":"a","name":"f","arguments":{}})"), "input[0].arguments",
       "expected a string, got an object"},
      {of_items(R"({"type":"function_call","call_id":"a","name":"f","arguments":"{}","namespace":1})"),
       "input[0].namespace", "expected a string"},
      {of_items(R"({"type":"custom_tool_call","call_id":"a","name":"f"})"), "input[0].input", "is required"},
      {of_items(R"({"type":"function_call_output","output":"x"})"), "input[0].call_id", "is required"},
      {of_items(R"({"type":"function_call_output","call_id":"a","output":"x"})"), "input[0].call_id",
       "no earlier function_call"},
      {of_items(R"({"type":"custom_tool_call_output","call_id":"a","output":"x"})"), "input[0].call_id",
       "no earlier function_call"},
      {of_items(call + R"({"type":"function_call_output","call_id":"b","output":"x"})"), "input[1].call_id",
       "no earlier"},
      {of_items(call + R"({"type":"function_call_output","call_id":"a"})"), "input[1].output", "is required"},
      {of_items(call + R"({"type":"function_call_output","call_id":"a","output":{"x":1}})"),
       "input[1].output", "expected a string or an array of parts"},
      {of_items(call + R"({"type":"function_call_output","call_id":"a","output":[{"type":"input_video"}]})"),
       "input[1].output[0].type", "not supported"},
  });
}

TEST(BadResponsesRequest, with_numbers_out_of_range) {
  expect_refused({
      {with(R"("temperature":"0.5")"), "temperature", "expected a number, got a string"},
      {with(R"("temperature":2.1)"), "temperature", "from 0 to 2"},
      {with(R"("temperature":-1)"), "temperature", "from 0 to 2"},
      {with(R"("top_p":0)"), "top_p", "over 0, up to 1"},
      {with(R"("top_p":1.5)"), "top_p", "over 0, up to 1"},
      {with(R"("max_output_tokens":0)"), "max_output_tokens", "from 1 on"},
      {with(R"("max_output_tokens":"9")"), "max_output_tokens", "expected an integer"},
      {with(R"("max_output_tokens":1.5)"), "max_output_tokens", "got 1.5"},
      {with(R"("max_tool_calls":0)"), "max_tool_calls", "from 1 on"},
      {with(R"("top_logprobs":21)"), "top_logprobs", "from 0 to 20"},
      {with(R"("top_logprobs":-1)"), "top_logprobs", "from 0 to 20"},
      {with(R"("frequency_penalty":3)"), "frequency_penalty", "from -2 to 2"},
      {with(R"("presence_penalty":"x")"), "presence_penalty", "expected a number"},
  });
}

TEST(BadResponsesRequest, with_other_fields_wrong) {
  const std::string long_value(513, 'v');
  std::string many = "{";
  for (int i = 0; i < 17; ++i) many += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":\"v\"";
  expect_refused({
      {with(R"("instructions":["x"])"), "instructions", "expected a string, got an array"},
      {with(R"("stream":"true")"), "stream", "expected a boolean"},
      {with(R"("stream_options":true)"), "stream_options", "expected an object"},
      {with(R"("store":"yes")"), "store", "expected a boolean"},
      {with(R"("background":1)"), "background", "expected a boolean"},
      {with(R"("background":true,"store":false)"), "background", "needs store to be true"},
      {with(R"("previous_response_id":5)"), "previous_response_id", "expected a string"},
      {with(R"("previous_response_id":"")"), "previous_response_id", "must not be empty"},
      {with(R"("include":"reasoning.encrypted_content")"), "include", "expected an array"},
      {with(R"("include":[1])"), "include[0]", "expected a string"},
      {with(R"("truncation":"middle")"), "truncation", "expected auto or disabled"},
      {with(R"("metadata":[])"), "metadata", "expected an object"},
      {with(R"("metadata":{"a":1})"), "metadata.a", "expected a string, got a number"},
      {with(R"("metadata":{"a":")" + long_value + R"("})"), "metadata.a", "at most 512"},
      {with("\"metadata\":" + many + "}"), "metadata", "at most 16"},
      {with(R"("user":")" + long_value + R"(")"), "user", "at most 512 bytes"},
      {with(R"("safety_identifier":")" + long_value + R"(")"), "safety_identifier", "at most 512 bytes"},
      {with(R"("prompt_cache_key":")" + long_value + R"(")"), "prompt_cache_key", "at most 512 bytes"},
      {with(R"("reasoning":"high")"), "reasoning", "expected an object"},
      {with(R"("reasoning":{"effort":"huge"})"), "reasoning.effort", "expected low, medium or high"},
      {with(R"("reasoning":{"summary":"long"})"), "reasoning.summary", "expected auto, concise or detailed"},
      {with(R"("text":"json")"), "text", "expected an object"},
      {with(R"("text":{"format":"json_object"})"), "text.format", "expected an object"},
      {with(R"("text":{"format":{}})"), "text.format.type", "is required"},
      {with(R"("text":{"format":{"type":"xml"}})"), "text.format.type", "json_object or json_schema"},
      {with(R"("text":{"format":{"type":"json_schema","name":"a"}})"), "text.format.schema", "is required"},
      {with(R"("text":{"format":{"type":"json_schema","schema":"{}"}})"), "text.format.schema",
       "expected an object"},
      {with(R"("text":{"format":{"type":"json_schema","schema":{},"strict":1}})"), "text.format.strict",
       "expected a boolean"},
      {with(R"("text":{"verbosity":"endless"})"), "text.verbosity", "low, medium or high"},
      {with(R"("user":{})"), "user", "expected a string"},
      {with(R"("safety_identifier":1)"), "safety_identifier", "expected a string"},
      {with(R"("prompt_cache_key":1)"), "prompt_cache_key", "expected a string"},
      {with(R"("service_tier":1)"), "service_tier", "expected a string"},
      {with(R"("conversation":"conv_1")"), "conversation", "previous_response_id"},
      {with(R"("prompt":{"id":"pmpt_1"})"), "prompt", "not supported"},
      {with(R"("parallel_tool_calls":"no")"), "parallel_tool_calls", "expected a boolean"},
  });
}

TEST(BadResponsesRequest, with_wrong_tools) {
  const std::string long_name(129, 'a');
  const std::string space = R"("tools":[{"type":"namespace","name":"n","tools":[)";
  expect_refused({
      {with(R"("tools":{})"), "tools", "expected an array"},
      {with(R"("tools":[1])"), "tools[0]", "expected an object"},
      {with(R"("tools":[{}])"), "tools[0].type", "is required"},
      {with(R"("tools":[{"type":1}])"), "tools[0].type", "expected a string"},
      {with(R"("tools":[{"type":"function","function":{"name":"f"}}])"), "tools[0].name", "is required"},
      {tool(R"("name":"")"), "tools[0].name", "expected 1 to 128 characters"},
      {tool(R"("name":"a.b")"), "tools[0].name", "expected 1 to 128 characters"},
      {tool("\"name\":\"" + long_name + "\""), "tools[0].name", "expected 1 to 128 characters"},
      {tool(R"("name":"f","description":1)"), "tools[0].description", "expected a string"},
      {tool(R"("name":"f","parameters":"{}")"), "tools[0].parameters", "expected an object"},
      {tool(R"("name":"f","strict":"yes")"), "tools[0].strict", "expected a boolean"},
      {with(R"("tools":[{"type":"function","name":"f"},{"type":"custom","name":"f"}])"), "tools[1]",
       "a second tool named \"f\""},
      {with(R"("tools":[{"type":"custom"}])"), "tools[0].name", "is required"},
      {with(R"("tools":[{"type":"custom","name":"f","format":"lark"}])"), "tools[0].format",
       "expected an object"},
      {with(R"("tools":[{"type":"custom","name":"f","format":{"type":"regex"}}])"), "tools[0].format.type",
       "expected text or grammar"},
      {with(R"("tools":[{"type":"custom","name":"f","format":{"type":"grammar","syntax":"lark"}}])"),
       "tools[0].format.definition", "is required"},
      {with(R"("tools":[{"type":"namespace","tools":[]}])"), "tools[0].name", "is required"},
      {with(R"("tools":[{"type":"namespace","name":"n"}])"), "tools[0].tools", "is required"},
      {with(space + "1]}]"), "tools[0].tools[0]", "expected an object"},
      {with(space + R"({"type":"function"}]}])"), "tools[0].tools[0].name", "is required"},
      {with(space + R"({"type":"function","name":")" + std::string(126, 'a') + R"("}]}])"),
       "tools[0].tools[0].name", "together with the name of the namespace"},
      {with(space + R"({"type":"function","name":"f"}]},{"type":"function","name":"n__f"}])"), "tools[1]",
       "a second tool named \"n__f\""},
  });
}

TEST(BadResponsesRequest, with_a_choice_that_is_not_possible) {
  const std::string f = R"("tools":[{"type":"function","name":"f"}],"tool_choice":)";
  expect_refused({
      {with(R"("tool_choice":"required")"), "tool_choice", "requires a tool"},
      {with(R"("tools":[{"type":"web_search"}],"tool_choice":"required")"), "tool_choice",
       "none that can be called"},
      {with(f + R"("any")"), "tool_choice", "expected \"auto\""},
      {with(f + "1"), "tool_choice", "expected \"auto\""},
      {with(f + "{}"), "tool_choice.type", "is required"},
      {with(f + R"({"type":"web_search_preview"})"), "tool_choice.type", "expected function, custom"},
      {with(f + R"({"type":"function"})"), "tool_choice.name", "is required"},
      {with(f + R"({"type":"function","name":"g"})"), "tool_choice.name", "no tool of this name"},
      {with(f + R"({"type":"function","function":{"name":"f"}})"), "tool_choice.name", "is required"},
      {with(f + R"({"type":"allowed_tools","tools":[]})"), "tool_choice.mode", "is required"},
      {with(f + R"({"type":"allowed_tools","mode":"none","tools":[]})"), "tool_choice.mode",
       "expected auto or required"},
      {with(f + R"({"type":"allowed_tools","mode":"auto"})"), "tool_choice.tools", "is required"},
      {with(f + R"({"type":"allowed_tools","mode":"required","tools":[]})"), "tool_choice.tools",
       "none of these can be called"},
      {with(f + R"({"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"g"}]})"),
       "tool_choice.tools[0].name", "no tool of this name"},
  });
}

TEST(BadResponsesRequest, names_what_the_store_does_not_hold) {
  const auto request = read_text(of_items(R"({"role":"user","content":"x"},{"id":"msg_9"})"));
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind, base::FailureKind::not_found);
  EXPECT_EQ(request.error().path, "input[1].id");
}

TEST(BadResponsesRequest, is_our_fault_when_the_store_holds_no_item) {
  for (const auto* item : {"{", "[]", R"({"type":"dream"})", R"({"type":"message"})"}) {
    const auto request = read_text(with("\"x\":1"), {{item}, {}});
    ASSERT_FALSE(request) << item;
    EXPECT_EQ(request.error().kind, base::FailureKind::internal) << item;
  }
}

TEST(BadResponsesRequest, of_a_token_count) {
  const auto body = Body::parse(R"({"model":"m","input":[{"role":"user"}]})");
  const auto count = read_count(*body, {});
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().path, "input[0].content");
}

}  // namespace
}  // namespace trilogue::dialect::responses
