#include "dialect/messages/request.h"

#include <gtest/gtest.h>

namespace trilogue::dialect::messages {
namespace {

using canon::AssistantTurn;
using canon::SystemTurn;
using canon::ToolResultTurn;
using canon::UserTurn;

MessagesRequest parsed(std::string body) {
  auto request = parse(std::move(body));
  EXPECT_TRUE(request) << request.error().path << ": " << request.error().message;
  return request ? *request : MessagesRequest{};
}

constexpr const char* kBare = R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})";

MessagesRequest with(const std::string& fields) {
  return parsed(R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],)" + fields + "}");
}

std::vector<canon::Turn> turns(const std::string& messages) {
  return parsed(R"({"model":"m","max_tokens":9,"messages":[)" + messages + "]}").request.turns;
}

TEST(MessagesRequest, has_the_documented_defaults) {
  MessagesRequest expected;
  expected.request.model = "m";
  expected.request.turns = {UserTurn{"hi"}};
  expected.request.limits.max_tokens = 9;
  expected.request.sampling.temperature = 0.5;
  expected.request.sampling.top_p = 0.9;
  EXPECT_EQ(parsed(kBare), expected);
}

TEST(MessagesRequest, reads_null_as_absent_everywhere) {
  EXPECT_EQ(with(R"("system":null,"temperature":null,"top_p":null,"top_k":null,"stop_sequences":null,
      "stream":null,"tools":null,"tool_choice":null,"output_config":null,"output_format":null,
      "thinking":null,"metadata":null,"thread":null)"),
            parsed(kBare));
  EXPECT_EQ(with(R"("output_config":{"effort":null,"format":null})"), parsed(kBare));
}

TEST(MessagesRequest, ignores_what_it_does_not_know) {
  EXPECT_EQ(with(R"("metadata":{"user_id":"x"},"service_tier":"auto","container":7,"mcp_servers":[],
      "context_management":{"edits":[]},"betas":["a"],"cache_control":{"type":"ephemeral"})"),
            parsed(kBare));
  const auto got = turns(R"({"role":"user","content":[{"type":"text","text":"hi","citations":null,
      "cache_control":{"type":"ephemeral","ttl":"1h"}}]})");
  EXPECT_EQ(got, (std::vector<canon::Turn>{UserTurn{"hi"}}));
}

TEST(MessagesRequest, reads_sampling_and_limits) {
  const auto got = with(R"("temperature":0,"top_p":1,"top_k":500,"stop_sequences":["a","b"],"stream":true)");
  canon::Sampling sampling;
  sampling.temperature = 0;
  sampling.top_p = 1;
  sampling.top_k = 500;
  EXPECT_EQ(got.request.sampling, sampling);
  EXPECT_EQ(got.request.limits.stop, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(got.reply.stream);
}

TEST(MessagesRequest, takes_any_max_tokens_and_whole_numbers_written_with_a_point) {
  const auto most = [](const std::string& number) {
    return parsed(R"({"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":)" + number + "}")
        .request.limits.max_tokens;
  };
  EXPECT_EQ(most("9223372036854775807"), 2147483647);
  EXPECT_EQ(most("64000.0"), 64000);
}

TEST(MessagesRequest, reads_a_system_prompt_of_either_kind) {
  const std::vector<canon::Turn> expected{SystemTurn{"a\nb"}, UserTurn{"hi"}};
  EXPECT_EQ(with(R"("system":"a\nb")").request.turns, expected);
  EXPECT_EQ(with(R"("system":[{"type":"text","text":"a"},{"type":"text","text":"b"}])").request.turns,
            expected);
  EXPECT_EQ(with(R"("system":"")").request.turns, parsed(kBare).request.turns);
  EXPECT_EQ(with(R"("system":[])").request.turns, parsed(kBare).request.turns);
}

TEST(MessagesRequest, drops_the_billing_block_of_the_system_prompt) {
  EXPECT_EQ(with(R"("system":[{"type":"text","text":"x-anthropic-billing-header: cch=1f2e3;"},
      {"type":"text","text":"You help."}])")
                .request.turns,
            (std::vector<canon::Turn>{SystemTurn{"You help."}, UserTurn{"hi"}}));
  EXPECT_EQ(with(R"("system":[{"type":"text","text":"x-anthropic-billing-header: cch=1"}])").request.turns,
            parsed(kBare).request.turns);
  // Of anybody else it is text like any other.
  EXPECT_EQ(turns(R"({"role":"user","content":[{"type":"text","text":"x-anthropic-billing-header: a"}]})"),
            (std::vector<canon::Turn>{UserTurn{"x-anthropic-billing-header: a"}}));
}

TEST(MessagesRequest, keeps_a_system_message_where_it_stands) {
  const auto got = turns(R"({"role":"user","content":"a"},{"role":"assistant","content":"b"},
      {"role":"system","content":"c"},{"role":"user","content":"d"},
      {"role":"system","content":[{"type":"text","text":"e"}]})");
  const std::vector<canon::Turn> expected{UserTurn{"a"}, AssistantTurn{"", "b", {}}, SystemTurn{"c"},
                                          UserTurn{"d"}, SystemTurn{"e"}};
  EXPECT_EQ(got, expected);
}

TEST(MessagesRequest, goes_on_without_what_tools_of_another_server_left_behind) {
  const auto got = turns(R"({"role":"user","content":"news?"},
      {"role":"assistant","content":[
        {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"news"}},
        {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
        {"type":"text","text":"None."}]},
      {"role":"user","content":"and now?"})");
  const std::vector<canon::Turn> expected{UserTurn{"news?"}, AssistantTurn{"", "None.", {}},
                                          UserTurn{"and now?"}};
  EXPECT_EQ(got, expected);
}

TEST(MessagesRequest, reads_a_round_of_tools) {
  const auto got = turns(R"({"role":"user","content":"how much?"},
      {"role":"assistant","content":[
        {"type":"thinking","thinking":"two calls","signature":"c2ln"},
        {"type":"redacted_thinking","data":"AAAA"},
        {"type":"text","text":"Let me see."},
        {"type":"tool_use","id":"call_1","name":"f","input":{ "x" : 1.0, "y":[] },"caller":{"type":"direct"}},
        {"type":"tool_use","id":"toolu_2","name":"g","input":{}}]},
      {"role":"user","content":[
        {"type":"tool_result","tool_use_id":"toolu_2","content":"r2"},
        {"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"r"},
            {"type":"text","text":"1"}]},
        {"type":"text","text":"go on"},{"type":"text","text":"please"}]})");
  const std::vector<canon::Turn> expected{
      UserTurn{"how much?"},
      AssistantTurn{
          "two calls", "Let me see.", {{"call_1", "f", R"({"x":1.0,"y":[]})"}, {"toolu_2", "g", "{}"}}},
      ToolResultTurn{"toolu_2", "g", "r2"}, ToolResultTurn{"call_1", "f", "r\n1"}, UserTurn{"go on\nplease"}};
  EXPECT_EQ(got, expected);
}

TEST(MessagesRequest, puts_results_before_the_text_of_their_message) {
  const std::string called =
      R"({"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},)";
  const auto got = turns(called + R"({"role":"user","content":[{"type":"text","text":"here"},
      {"type":"tool_result","tool_use_id":"a","content":"r"}]})");
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[1], canon::Turn(ToolResultTurn{"a", "f", "r"}));
  EXPECT_EQ(got[2], canon::Turn(UserTurn{"here"}));
}

TEST(MessagesRequest, says_of_a_failed_tool_that_it_failed) {
  const std::string called =
      R"({"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},)";
  const auto result = [&](const std::string& fields) {
    const auto got = turns(called + R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a")" +
                           fields + "}]}");
    return std::get<ToolResultTurn>(got.at(1)).text;
  };
  EXPECT_EQ(result(R"(,"content":"no file","is_error":true)"), "Error: no file");
  EXPECT_EQ(result(R"(,"content":"fine","is_error":false)"), "fine");
  EXPECT_EQ(result(""), "");
  EXPECT_EQ(result(R"(,"content":[])"), "");
}

TEST(MessagesRequest, takes_an_answer_without_anything) {
  EXPECT_EQ(turns(R"({"role":"user","content":[]},{"role":"assistant","content":[]})"),
            (std::vector<canon::Turn>{UserTurn{""}, AssistantTurn{}}));
}

TEST(MessagesRequest, reads_tools_and_leaves_out_those_of_anthropics_servers) {
  const auto got = with(R"("tools":[
      {"type":"web_search_20250305","name":"web_search","max_uses":8},
      {"name":"f","description":"d é","input_schema":{ "type": "object", "properties": {} },"strict":true,
       "cache_control":{"type":"ephemeral"}},
      {"type":"bash_20250124","name":"bash"},
      {"type":"custom","name":"g-1_Z","input_schema":{"type":"object"}},
      {"type":null,"name":"h","description":null,"input_schema":{}}])");
  const std::vector<canon::Tool> expected{{"f", "d é", R"({"type":"object","properties":{}})", true},
                                          {"g-1_Z", "", R"({"type":"object"})", false},
                                          {"h", "", "{}", false}};
  EXPECT_EQ(got.request.tools, expected);
  EXPECT_EQ(got.places.tools, (std::vector<std::size_t>{1, 3, 4}));
}

TEST(MessagesRequest, reads_every_choice_of_tools) {
  const auto choice = [](const std::string& json) {
    return with(R"("tools":[{"name":"f","input_schema":{}}],"tool_choice":)" + json).request.tool_choice;
  };
  using canon::ToolUse;
  EXPECT_EQ(choice(R"({"type":"auto"})"), (canon::ToolChoice{ToolUse::automatic, "", true}));
  EXPECT_EQ(choice(R"({"type":"any"})"), (canon::ToolChoice{ToolUse::required, "", true}));
  EXPECT_EQ(choice(R"({"type":"tool","name":"f"})"), (canon::ToolChoice{ToolUse::required, "f", true}));
  EXPECT_EQ(choice(R"({"type":"none"})"), (canon::ToolChoice{ToolUse::none, "", true}));
  EXPECT_EQ(choice(R"({"type":"any","disable_parallel_tool_use":true})"),
            (canon::ToolChoice{ToolUse::required, "", false}));
}

TEST(MessagesRequest, reads_effort_and_format) {
  const auto got = with(R"("output_config":{"effort":"high","format":{"type":"json_schema",
      "schema":{ "type" : "object", "x" : 1.0 }}})");
  EXPECT_EQ(got.request.effort, canon::Effort::high);
  const canon::AnswerFormat format = canon::JsonBySchema{"", R"({"type":"object","x":1.0})", true};
  EXPECT_EQ(got.request.format, format);
  EXPECT_EQ(
      with(R"("output_format":{"type":"json_schema","schema":{"type":"object","x":1.0}})").request.format,
      format);
}

TEST(MessagesRequest, maps_what_clients_call_effort) {
  const std::vector<std::pair<std::string, canon::Effort>> rows{
      {"none", canon::Effort::none},     {"minimal", canon::Effort::low}, {"low", canon::Effort::low},
      {"medium", canon::Effort::medium}, {"high", canon::Effort::high},   {"xhigh", canon::Effort::high},
      {"max", canon::Effort::high}};
  for (const auto& [name, effort] : rows)
    EXPECT_EQ(with(R"("output_config":{"effort":")" + name + "\"}").request.effort, effort);
}

TEST(MessagesRequest, reads_every_kind_of_thinking) {
  const auto thinking = [](const std::string& json) { return with(R"("thinking":)" + json); };
  EXPECT_EQ(parsed(kBare).reply.thinking, ThinkingView::hidden);
  EXPECT_EQ(parsed(kBare).request.effort, std::nullopt);

  const auto enabled = thinking(R"({"type":"enabled","budget_tokens":8})");
  EXPECT_EQ(enabled.reply.thinking, ThinkingView::shown);
  EXPECT_EQ(enabled.request.limits.reasoning_budget, 8);
  EXPECT_EQ(enabled.request.effort, std::nullopt);

  EXPECT_EQ(thinking(R"({"type":"adaptive"})").reply.thinking, ThinkingView::shown);
  EXPECT_EQ(thinking(R"({"type":"adaptive","display":"summarized"})").reply.thinking, ThinkingView::shown);
  EXPECT_EQ(thinking(R"({"type":"adaptive","display":"omitted"})").reply.thinking, ThinkingView::omitted);

  const auto disabled = thinking(R"({"type":"disabled"})");
  EXPECT_EQ(disabled.reply.thinking, ThinkingView::hidden);
  EXPECT_EQ(disabled.request.effort, canon::Effort::none);
}

TEST(MessagesRequest, thinks_not_at_all_when_thinking_is_disabled_whatever_the_effort) {
  EXPECT_EQ(with(R"("output_config":{"effort":"high"},"thinking":{"type":"disabled"})").request.effort,
            canon::Effort::none);
}

TEST(MessagesRequest, counts_the_prompt_that_it_would_ask_for) {
  const std::string body = R"({"model":"m","system":"s","messages":[{"role":"user","content":"hi"}],
      "tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"none"},
      "output_config":{"effort":"low","format":{"type":"json_schema","schema":{}}},
      "thinking":{"type":"enabled","budget_tokens":1024})";
  const auto count = parse_count(body + "}");
  ASSERT_TRUE(count) << count.error().message;
  auto asked = parsed(body + R"(,"max_tokens":2000})").request;
  asked.limits.max_tokens.reset();
  EXPECT_EQ(count->request, asked);
}

}  // namespace
}  // namespace trilogue::dialect::messages
