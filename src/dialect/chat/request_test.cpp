#include "dialect/chat/request.h"

#include <gtest/gtest.h>

namespace trilogue::dialect::chat {
namespace {

ChatRequest parsed(std::string body, ParseLimits limits = {}) {
  auto request = parse(std::move(body), limits);
  EXPECT_TRUE(request) << request.error().path << ": " << request.error().message;
  return request ? *request : ChatRequest{};
}

ChatRequest with(const std::string& fields) {
  return parsed(R"({"model":"m","messages":[{"role":"user","content":"hi"}],)" + fields + "}");
}

std::vector<canon::Turn> turns(const std::string& messages) {
  return parsed(R"({"model":"m","messages":[)" + messages + "]}").request.turns;
}

TEST(ChatRequest, has_the_documented_defaults) {
  const ChatRequest got = parsed(R"({"model":"step-3.5-flash","messages":[{"role":"user","content":"hi"}]})");
  ChatRequest expected;
  expected.request.model = "step-3.5-flash";
  expected.request.turns = {canon::UserTurn{"hi"}};
  expected.request.sampling.temperature = 0.5;
  expected.request.sampling.top_p = 0.9;
  EXPECT_EQ(got, expected);
  EXPECT_EQ(got.request.choices, 1);
  EXPECT_EQ(got.request.limits.max_tokens, std::nullopt);
  EXPECT_FALSE(got.reply.stream);
}

TEST(ChatRequest, reads_null_as_absent_everywhere) {
  const ChatRequest bare = parsed(R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
  const ChatRequest nulls =
      with(R"("max_tokens":null,"max_completion_tokens":null,"temperature":null,"top_p":null,
      "top_k":null,"n":null,"stream":null,"stop":null,"frequency_penalty":null,"presence_penalty":null,"seed":null,
      "logit_bias":null,"logprobs":null,"top_logprobs":null,"min_tokens":null,"ignore_eos":null,"response_format":null,
      "reasoning_format":null,"reasoning_effort":null,"tools":null,"tool_choice":null,"parallel_tool_calls":null,
      "stream_options":null)");
  EXPECT_EQ(nulls, bare);
}

TEST(ChatRequest, ignores_what_it_does_not_know) {
  const ChatRequest bare = parsed(R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
  EXPECT_EQ(with(R"("user":"x","metadata":{"a":[1]},"store":true,"chat_template_kwargs":{"tokenize":true})"),
            bare);
  const ChatRequest deep = parsed(R"({"model":"m","messages":[{"role":"user","name":"bob","content":
      [{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}]})");
  EXPECT_EQ(deep, bare);
}

TEST(ChatRequest, reads_every_sampling_field) {
  const canon::Sampling got = with(R"("temperature":0,"top_p":1,"top_k":40,"frequency_penalty":-2,
      "presence_penalty":2.0,"seed":7,"logit_bias":{"5":-100,"0":1.5},"logprobs":true,"top_logprobs":20)")
                                  .request.sampling;
  const canon::Sampling expected{0, 1, 40, -2, 2, 7u, {{5, -100.0}, {0, 1.5}}, 20};
  EXPECT_EQ(got, expected);
}

TEST(ChatRequest, reads_every_limit) {
  const canon::Limits got =
      with(R"("max_tokens":10.0,"min_tokens":2,"ignore_eos":true,"stop":["a","b"])").request.limits;
  const canon::Limits expected{10, 2, true, {"a", "b"}, std::nullopt};
  EXPECT_EQ(got, expected);
  EXPECT_EQ(with(R"("stop":"END")").request.limits.stop, std::vector<std::string>{"END"});
  EXPECT_EQ(with(R"("stop":[])").request.limits.stop, std::vector<std::string>{});
  EXPECT_EQ(with(R"("stop":"")").request.limits.stop, std::vector<std::string>{});
}

TEST(ChatRequest, takes_max_completion_tokens_where_max_tokens_is_absent) {
  EXPECT_EQ(with(R"("max_completion_tokens":5)").request.limits.max_tokens, 5);
  EXPECT_EQ(with(R"("max_completion_tokens":5,"max_tokens":6)").request.limits.max_tokens, 6);
  EXPECT_EQ(with(R"("max_tokens":9223372036854775807)").request.limits.max_tokens, 2147483647);
}

TEST(ChatRequest, ignores_a_number_of_any_size_that_nobody_reads) {
  EXPECT_EQ(with(R"("request_number":123456789012345678901234567890,"x":{"y":[1e999]},"seed":7)")
                .request.sampling.seed,
            7u);
}

TEST(ChatRequest, takes_any_seed_of_64_bits) {
  EXPECT_EQ(with(R"("seed":4294967295)").request.sampling.seed, 4294967295u);
  EXPECT_TRUE(with(R"("seed":-1)").request.sampling.seed.has_value());
  EXPECT_NE(with(R"("seed":4294967296)").request.sampling.seed,
            with(R"("seed":8589934592)").request.sampling.seed);
}

TEST(ChatRequest, asks_for_logprobs_without_alternatives) {
  const ChatRequest got = with(R"("logprobs":true)");
  EXPECT_EQ(got.request.sampling.logprobs, 0);
  EXPECT_TRUE(got.reply.logprobs);
  EXPECT_EQ(with(R"("logprobs":false)").request.sampling.logprobs, std::nullopt);
}

TEST(ChatRequest, maps_what_clients_call_effort) {
  const std::vector<std::pair<std::string, canon::Effort>> rows{
      {"none", canon::Effort::none},     {"minimal", canon::Effort::low}, {"low", canon::Effort::low},
      {"medium", canon::Effort::medium}, {"high", canon::Effort::high},   {"xhigh", canon::Effort::high},
      {"max", canon::Effort::high}};
  for (const auto& [name, effort] : rows)
    EXPECT_EQ(with(R"("reasoning_effort":")" + name + "\"").request.effort, effort);
  EXPECT_EQ(with(R"("n":1)").request.effort, std::nullopt);
}

TEST(ChatRequest, reads_how_to_reply) {
  const ReplyOptions got =
      with(R"("stream":true,"stream_options":{"include_usage":true},"reasoning_format":"deepseek-style")")
          .reply;
  const ReplyOptions expected{true, true, ReasoningFormat::deepseek_style, false, ChunkStyle::documented};
  EXPECT_EQ(got, expected);
  EXPECT_EQ(with(R"("reasoning_format":"general")").reply.reasoning_format, ReasoningFormat::general);
}

TEST(ChatRequest, takes_a_refusal_of_the_assistant_as_its_text) {
  const auto got =
      parse(R"({"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant",)"
            R"("content":[{"type":"text","text":"Well,"},{"type":"refusal","refusal":"no."}]}]})");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->request.turns.at(1), canon::Turn(canon::AssistantTurn{"", "Well,\nno.", {}}));
}

TEST(ChatRequest, reads_every_answer_format) {
  EXPECT_EQ(with(R"("response_format":{"type":"text"})").request.format,
            canon::AnswerFormat(canon::FreeText{}));
  EXPECT_EQ(with(R"("response_format":{"type":"json_object"})").request.format,
            canon::AnswerFormat(canon::JsonObject{}));
  const canon::AnswerFormat schema = canon::JsonBySchema{"a", R"({"type":"object","x":1.0})", true};
  EXPECT_EQ(with(R"("response_format":{"type":"json_schema","json_schema":
      {"name":"a","schema":{ "type" : "object", "x" : 1.0 },"strict":true}})")
                .request.format,
            schema);
}

TEST(ChatRequest, reads_tools_and_every_choice) {
  const std::string tools = R"("tools":[{"type":"function","function":{"name":"f","description":"d é",
      "parameters":{ "type": "object", "properties": {} },"strict":true}},{"function":{"name":"g-1_Z"}}])";
  const std::vector<canon::Tool> expected{{"f", "d é", R"({"type":"object","properties":{}})", true},
                                          {"g-1_Z", "", "", false}};
  EXPECT_EQ(with(tools).request.tools, expected);
  const auto choice = [&](const std::string& json) {
    return with(tools + ",\"tool_choice\":" + json).request.tool_choice;
  };
  EXPECT_EQ(choice("\"auto\""), (canon::ToolChoice{}));
  EXPECT_EQ(choice("\"none\"").use, canon::ToolUse::none);
  EXPECT_EQ(choice("\"required\"").use, canon::ToolUse::required);
  EXPECT_EQ(choice(R"({"type":"function","function":{"name":"f"}})"),
            (canon::ToolChoice{canon::ToolUse::required, "f", true}));
  EXPECT_FALSE(with(tools + R"(,"parallel_tool_calls":false)").request.tool_choice.parallel);
}

TEST(ChatRequest, reads_every_kind_of_message) {
  const auto got = turns(R"(
      {"role":"system","content":"s"},
      {"role":"developer","content":[{"type":"text","text":"d"}]},
      {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
      {"role":"assistant","content":null,"reasoning":"why","tool_calls":[
          {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\": 1}"}},
          {"id":"c2","function":{"name":"g","arguments":""}}]},
      {"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"r2"}]},
      {"role":"tool","tool_call_id":"c1","content":""},
      {"role":"assistant","content":"done","reasoning_content":"because"})");
  const std::vector<canon::Turn> expected{
      canon::SystemTurn{"s"},
      canon::SystemTurn{"d"},
      canon::UserTurn{"a\nb"},
      canon::AssistantTurn{"why", "", {{"c1", "f", "{\"x\": 1}"}, {"c2", "g", "{}"}}},
      canon::ToolResultTurn{"c2", "g", "r2"},
      canon::ToolResultTurn{"c1", "f", ""},
      canon::AssistantTurn{"because", "done", {}}};
  EXPECT_EQ(got, expected);
}

TEST(ChatRequest, keeps_arguments_that_are_no_object_as_text) {
  const auto arguments = [](const std::string& text) {
    const auto got = turns(
        R"({"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":)" + text + "}}]}");
    return std::get<canon::AssistantTurn>(got.at(0)).calls.at(0).arguments;
  };
  EXPECT_EQ(arguments(R"("{\"path\":\"a.t")"), R"({"unparsed":"{\"path\":\"a.t"})");
  EXPECT_EQ(arguments(R"("[1]")"), R"({"unparsed":"[1]"})");
  EXPECT_EQ(arguments(R"("{\"unparsed\":\"x\"}")"), R"({"unparsed":"x"})");
}

TEST(ChatRequest, allows_as_many_choices_as_it_is_told) {
  EXPECT_EQ(with(R"("n":128)").request.choices, 128);
  EXPECT_FALSE(parse(R"({"model":"m","messages":[{"role":"user","content":"hi"}],"n":5})", ParseLimits{4}));
}

TEST(ChatRequest, counts_with_less) {
  const auto got = parse_count(
      R"({"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"function":{"name":"f"}}],"temperature":"x"})");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->tools.size(), 1u);
  EXPECT_EQ(got->turns.size(), 1u);
}

TEST(ChatRequest, counts_all_that_decides_the_prompt) {
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"hi"}],)"
                           R"("tools":[{"function":{"name":"f"}}],"tool_choice":"none",)"
                           R"("parallel_tool_calls":false,"reasoning_effort":"none",)"
                           R"("response_format":{"type":"json_object"}})";
  const auto asked = parse(body);
  ASSERT_TRUE(asked);
  EXPECT_EQ(parse_count(body), asked->request);
}

}  // namespace
}  // namespace trilogue::dialect::chat
