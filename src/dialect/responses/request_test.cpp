#include "dialect/responses/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/responses/custom_input.h"
#include "dialect/responses/sealed_reasoning.h"
#include "dialect/responses/test_request.h"

namespace trilogue::dialect::responses {
namespace {

using canon::AssistantTurn;
using canon::SystemTurn;
using canon::ToolCall;
using canon::ToolResultTurn;
using canon::UserTurn;
using testing::Contains;
using testing::ElementsAre;

ResponsesRequest good(const std::string& body, const Memory& memory = {}) {
  auto request = read_text(body, memory);
  if (!request) throw std::runtime_error(request.error().path + ": " + request.error().message);
  return std::move(*request);
}

std::vector<canon::Turn> turns_of(const std::string& items) {
  return good(of_items(items)).request.turns;
}

TEST(ResponsesRequest, of_nothing_but_a_text) {
  const auto read = good(R"({"model":"step-3.7-flash","input":"Hello"})");
  EXPECT_EQ(read.request.model, "step-3.7-flash");
  EXPECT_THAT(read.request.turns, ElementsAre(UserTurn{"Hello"}));
  EXPECT_EQ(read.request.sampling.temperature, 1.0);
  EXPECT_EQ(read.request.sampling.top_p, 1.0);
  EXPECT_EQ(read.request.effort, std::nullopt);
  EXPECT_EQ(read.options, Options{});
  EXPECT_EQ(read.echo, Echo{});
  EXPECT_THAT(read.input_items,
              ElementsAre(R"({"id":"msg_1","type":"message","status":"completed","role":"user",)"
                          R"("content":[{"type":"input_text","text":"Hello"}]})"));
}

TEST(ResponsesRequest, reads_messages_of_every_role_with_and_without_type) {
  const auto turns = turns_of(
      R"({"role":"user","content":"a"},)"
      R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"b","annotations":[]}]},)"
      R"({"role":"developer","content":[{"type":"input_text","text":"c"},{"type":"input_text","text":"d"}]},)"
      R"({"role":"system","content":"e"},)"
      R"({"role":"assistant","content":[{"type":"refusal","refusal":"no"}]})");
  EXPECT_THAT(turns, ElementsAre(UserTurn{"a"}, AssistantTurn{"", "b", {}}, SystemTurn{"c\nd"},
                                 SystemTurn{"e"}, AssistantTurn{"", "no", {}}));
}

TEST(ResponsesRequest, begins_with_its_instructions) {
  const auto read = good(with(R"("instructions":"Be brief.")"));
  EXPECT_THAT(read.request.turns, ElementsAre(SystemTurn{"Be brief."}, UserTurn{"hi"}));
  EXPECT_EQ(read.echo.instructions, "Be brief.");
  EXPECT_THAT(good(with(R"("instructions":"")")).request.turns, ElementsAre(UserTurn{"hi"}));
}

TEST(ResponsesRequest, takes_what_was_one_answer_as_one_turn) {
  const auto turns = turns_of(
      R"({"role":"user","content":"q"},)"
      R"({"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},)"
      R"({"role":"assistant","content":"I look."},)"
      R"({"type":"function_call","call_id":"a","name":"f","arguments":"{\"x\":1}"},)"
      R"({"type":"function_call","call_id":"b","name":"g","arguments":""},)"
      R"({"type":"function_call_output","call_id":"b","output":"B"},)"
      R"({"type":"function_call_output","call_id":"a","output":[{"type":"input_text","text":"A"},{"type":"output_text","text":"1"}]},)"
      R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}"})");
  EXPECT_THAT(
      turns,
      ElementsAre(UserTurn{"q"},
                  AssistantTurn{"hm", "I look.", {ToolCall{"a", "f", "{\"x\":1}"}, ToolCall{"b", "g", "{}"}}},
                  ToolResultTurn{"b", "g", "B"}, ToolResultTurn{"a", "f", "A\n1"},
                  AssistantTurn{"", "", {ToolCall{"c", "f", "{}"}}}));
}

TEST(ResponsesRequest, says_in_words_that_a_tool_gave_an_image) {
  const auto turns = turns_of(
      R"({"type":"function_call","call_id":"a","name":"f","arguments":"{}"},)"
      R"({"type":"function_call_output","call_id":"a","output":[{"type":"input_text","text":"A"},{"type":"input_image","image_url":"data:image/png;base64,aaaa"}]})");
  EXPECT_THAT(turns, Contains(ToolResultTurn{"a", "f", "A\n[Here is an image that you cannot see.]"}));
}

TEST(ResponsesRequest, begins_another_turn_where_another_answer_began) {
  EXPECT_THAT(turns_of(R"({"role":"assistant","content":"a"},{"role":"assistant","content":"b"})"),
              ElementsAre(AssistantTurn{"", "a", {}}, AssistantTurn{"", "b", {}}));
  const std::string thought = R"({"type":"reasoning","summary":[{"type":"summary_text","text":"t"}]})";
  EXPECT_THAT(turns_of(R"({"role":"assistant","content":"a"},)" + thought + "," + thought),
              ElementsAre(AssistantTurn{"", "a", {}}, AssistantTurn{"t\nt", "", {}}));
}

TEST(ResponsesRequest, uses_reasoning_that_was_sent_back) {
  const auto reasoning = [](const std::string& fields) {
    const auto turns =
        turns_of(R"({"type":"reasoning",)" + fields + R"(},{"role":"assistant","content":"x"})");
    return std::get<AssistantTurn>(turns[0]).reasoning;
  };
  const std::string summary = R"("summary":[{"type":"summary_text","text":"s1"},{"text":"s2"}])";
  EXPECT_EQ(reasoning(summary), "s1\ns2");
  EXPECT_EQ(reasoning(summary + R"(,"content":[{"type":"reasoning_text","text":"c"}])"), "c");
  EXPECT_EQ(reasoning(summary + R"(,"encrypted_content":")" + sealed("wörtlich\n") + "\""), "wörtlich\n");
  EXPECT_EQ(reasoning(summary + R"(,"encrypted_content":"gAAAAAB-of-another-server")"), "s1\ns2");
  EXPECT_EQ(reasoning(R"("summary":[],"content":null,"encrypted_content":null)"), "");
}

TEST(ResponsesRequest, leaves_out_the_items_of_tools_that_it_does_not_have) {
  EXPECT_THAT(turns_of(R"({"role":"user","content":"a"},)"
                       R"({"type":"web_search_call","id":"ws_1","status":"completed","action":{}},)"
                       R"({"type":"local_shell_call","call_id":"s","action":{}},)"
                       R"({"type":"function_call_output","call_id":"s","output":"listed"},)"
                       R"({"type":"local_shell_call_output","id":"x","output":"{}"})"),
              ElementsAre(UserTurn{"a"}));
}

TEST(ResponsesRequest, offers_the_tools_of_codex) {
  const auto read = good(with(
      R"("tools":[{"type":"web_search"},)"
      R"({"type":"function","name":"shell","description":"runs","strict":true,"parameters":{"type":"object"}},)"
      R"({"type":"custom","name":"apply_patch","description":"Edits.","format":{"type":"grammar","syntax":"lark","definition":"start: x"}},)"
      R"({"type":"namespace","name":"mcp__docs__","description":"d","tools":[{"type":"function","name":"search"},{"type":"image_generation"}]},)"
      R"({"type":"namespace","name":"crm","tools":[{"type":"custom","name":"find"}]}])"));
  EXPECT_THAT(read.tools, ElementsAre(OfferedTool{"shell", "shell", "", false, "tools[1]"},
                                      OfferedTool{"apply_patch", "apply_patch", "", true, "tools[2]"},
                                      OfferedTool{"mcp__docs__search", "search", "mcp__docs__", false,
                                                  "tools[3].tools[0]"},
                                      OfferedTool{"crm__find", "find", "crm", true, "tools[4].tools[0]"}));
  ASSERT_EQ(read.request.tools.size(), 4u);
  EXPECT_EQ(read.request.tools[0], (canon::Tool{"shell", "runs", R"({"type":"object"})", true}));
  EXPECT_EQ(read.request.tools[1].description,
            "Edits.\n\nThe input must match this grammar (lark):\nstart: x");
  EXPECT_THAT(read.request.tools[1].parameters, testing::HasSubstr(R"("required":["input"])"));
  EXPECT_EQ(read.request.tools[2].name, "mcp__docs__search");
  EXPECT_TRUE(read.echo.tools.starts_with(R"([{"type":"web_search"},)"));
}

TEST(ResponsesRequest, finds_past_calls_under_the_names_that_the_model_knows) {
  const auto turns = turns_of(
      R"({"type":"function_call","call_id":"a","name":"search","namespace":"mcp__docs__","arguments":"{}"},)"
      R"({"type":"custom_tool_call","call_id":"b","name":"apply_patch","input":"*** \"x\"\n"},)"
      R"({"type":"custom_tool_call_output","call_id":"b","output":"ok"},)"
      R"({"type":"function_call_output","call_id":"a","output":"found"})");
  EXPECT_THAT(turns, ElementsAre(AssistantTurn{"",
                                               "",
                                               {ToolCall{"a", "mcp__docs__search", "{}"},
                                                ToolCall{"b", "apply_patch", R"({"input":"*** \"x\"\n"})"}}},
                                 ToolResultTurn{"b", "apply_patch", "ok"},
                                 ToolResultTurn{"a", "mcp__docs__search", "found"}));
}

TEST(ResponsesRequest, chooses_among_its_tools) {
  const std::string tools =
      R"("tools":[{"type":"function","name":"f"},{"type":"function","name":"g"},)"
      R"({"type":"namespace","name":"n","tools":[{"type":"custom","name":"f"}]}],"tool_choice":)";
  const auto choice = [&](const std::string& text) { return good(with(tools + text)).request.tool_choice; };
  EXPECT_EQ(choice("null"), (canon::ToolChoice{}));
  EXPECT_EQ(choice(R"("none")").use, canon::ToolUse::none);
  EXPECT_EQ(choice(R"("required")"), (canon::ToolChoice{canon::ToolUse::required, "", true}));
  EXPECT_EQ(choice(R"({"type":"function","name":"g"})").name, "g");
  EXPECT_EQ(choice(R"({"type":"custom","name":"f","namespace":"n"})").name, "n__f");
  EXPECT_EQ(choice(R"({"type":"function","name":"f"},"parallel_tool_calls":false)"),
            (canon::ToolChoice{canon::ToolUse::required, "f", false}));
}

TEST(ResponsesRequest, shows_an_output_that_no_call_asked_for_as_a_note) {
  const auto read = good(of_items(
      R"({"role":"user","content":"q"},{"type":"function_call_output","name":"goal_objective","namespace":"agent","output":"list files"})"));
  EXPECT_THAT(read.request.turns,
              ElementsAre(UserTurn{"q"}, canon::SystemTurn{"goal_objective: list files"}));
}

TEST(ResponsesRequest, shows_only_the_tools_that_are_allowed) {
  const auto read = good(with(
      R"("tools":[{"type":"function","name":"f"},{"type":"web_search"},{"type":"function","name":"g"}],)"
      R"("tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"g"},{"type":"web_search"}]})"));
  ASSERT_EQ(read.request.tools.size(), 1u);
  EXPECT_EQ(read.request.tools[0].name, "g");
  EXPECT_EQ(read.tools[0].path, "tools[2]");
  EXPECT_EQ(read.request.tool_choice.use, canon::ToolUse::required);
}

TEST(ResponsesRequest, finds_allowed_tools_among_many) {
  std::string offered;
  std::string allowed;
  for (int i = 0; i < 20'000; ++i) {
    const std::string tool = R"({"type":"function","name":"n)" + std::to_string(i) + "\"}";
    offered += (i ? "," : "") + tool;
    allowed = tool + (i ? "," : "") + allowed;
  }
  const auto read =
      good(with("\"tools\":[" + offered + R"(],"tool_choice":{"type":"allowed_tools","mode":"auto",)" +
                "\"tools\":[" + allowed + "]}"));
  EXPECT_EQ(read.request.tools.size(), 20'000u);
}

TEST(ResponsesRequest, takes_formats_flat) {
  const auto format = [](const std::string& text) {
    return good(with(R"("text":{"format":)" + text + "}")).request.format;
  };
  EXPECT_EQ(format(R"({"type":"text"})"), canon::AnswerFormat(canon::FreeText{}));
  EXPECT_EQ(format(R"({"type":"json_object"})"), canon::AnswerFormat(canon::JsonObject{}));
  EXPECT_EQ(format(R"({"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true})"),
            canon::AnswerFormat(canon::JsonBySchema{"n", R"({"type":"object"})", true}));
  const auto read = good(with(R"("text":{"verbosity":"low"})"));
  EXPECT_EQ(read.echo.text, R"({"format":{"type":"text"},"verbosity":"low"})");
}

TEST(ResponsesRequest, shows_a_summary_to_who_asks_for_one) {
  const auto read = good(with(R"("reasoning":{"effort":"xhigh","summary":"auto"})"));
  EXPECT_EQ(read.request.effort, canon::Effort::high);
  EXPECT_EQ(read.echo.effort, "xhigh");
  EXPECT_TRUE(read.echo.effort_asked);
  EXPECT_EQ(read.echo.summary, "auto");
  EXPECT_EQ(read.options.reasoning, ReasoningStyle::summary);
  EXPECT_EQ(good(with(R"("reasoning":{"effort":"low"})")).options.reasoning, ReasoningStyle::documented);
}

TEST(ResponsesRequest, reads_what_is_switched_on) {
  const auto read = good(with(
      R"("stream":true,"store":true,"background":true,"top_logprobs":3,"max_output_tokens":20,"temperature":0,)"
      R"("include":["reasoning.encrypted_content","file_search_call.results"],"metadata":{"a":"b"},"user":"u",)"
      R"("previous_response_id":"resp_1","truncation":"auto","max_tool_calls":3,"service_tier":"flex")"));
  EXPECT_EQ(read.options, (Options{true, true, true, true, true, ReasoningStyle::documented}));
  EXPECT_EQ(read.request.sampling.logprobs, 3);
  EXPECT_EQ(read.request.limits.max_tokens, 20);
  EXPECT_EQ(read.echo.metadata, R"({"a":"b"})");
  EXPECT_EQ(read.echo.previous_response_id, "resp_1");
  EXPECT_EQ(read.echo.truncation, "auto");
  EXPECT_EQ(read.echo.max_tool_calls, 3);
}

TEST(ResponsesRequest, measures_metadata_in_characters) {
  std::string key, value;
  for (int i = 0; i < 64; ++i) key += "é";
  for (int i = 0; i < 512; ++i) value += "文";
  EXPECT_EQ(good(with(R"("metadata":{")" + key + R"(":")" + value + R"("})")).echo.metadata,
            R"({")" + key + R"(":")" + value + R"("})");
}

TEST(ResponsesRequest, ignores_what_it_does_not_know) {
  EXPECT_EQ(good(with(R"("stop":["x"],"n":5,"seed":"x","frobnicate":{"a":[1]})")), good(with(R"("x":null)")));
}

TEST(ResponsesRequest, counts_the_same_prompt) {
  const std::string body = with(
      R"("instructions":"i","tools":[{"type":"function","name":"f"}],"reasoning":{"effort":"low"},"stream":true)");
  const auto counted = read_count(*Body::parse(body), {});
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->request, good(body).request);
  EXPECT_THAT(counted->input_items, ElementsAre());
}

// ---- What the store remembers ----

TEST(ResponsesMemory, comes_before_the_input_and_after_the_instructions) {
  const Memory memory{{R"({"id":"msg_a","type":"message","role":"user","content":"before"})",
                       R"({"id":"rs_a","type":"reasoning","summary":[],"encrypted_content":")" +
                           sealed("thought") + R"(","status":"completed"})",
                       R"({"id":"fc_a","type":"function_call","call_id":"c","name":"f","arguments":"{}"})"},
                      {}};
  const auto read = good(R"({"model":"m","instructions":"i","previous_response_id":"resp_1",)"
                         R"("input":[{"type":"function_call_output","call_id":"c","output":"done"}]})",
                         memory);
  EXPECT_THAT(read.request.turns, ElementsAre(SystemTurn{"i"}, UserTurn{"before"},
                                              AssistantTurn{"thought", "", {ToolCall{"c", "f", "{}"}}},
                                              ToolResultTurn{"c", "f", "done"}));
  EXPECT_THAT(read.input_items,
              ElementsAre(R"({"id":"fco_1","type":"function_call_output","status":"completed",)"
                          R"("call_id":"c","output":"done"})"));
}

TEST(ResponsesMemory, stands_in_for_items_named_by_their_id) {
  const std::string call =
      R"({"id":"fc_a","type":"function_call","call_id":"c","name":"f","arguments":"{}"})";
  const std::string body = of_items(
      R"({"role":"user","content":"q"},{"type":"item_reference","id":"fc_a"},{"id":"rs_a"},{"id":"fc_a"})");
  EXPECT_THAT(Body::parse(body)->item_references(), ElementsAre("fc_a", "rs_a"));
  const auto read =
      good(body, {{}, {{"fc_a", call}, {"rs_a", R"({"id":"rs_a","type":"reasoning","summary":[]})"}}});
  EXPECT_THAT(read.request.turns,
              ElementsAre(UserTurn{"q"}, AssistantTurn{"", "", {ToolCall{"c", "f", "{}"}}}));
  EXPECT_EQ(read.input_items[1], call);
}

TEST(ResponsesMemory, holds_items_that_may_be_referred_to) {
  const std::string message = R"({"id":"msg_a","type":"message","role":"assistant","content":"a"})";
  const auto read = good(of_items(R"({"id":"msg_a"})"), {{message}, {}});
  EXPECT_EQ(read.request.turns.size(), 2u);
}

TEST(ResponsesBody, tells_what_it_goes_on_from) {
  EXPECT_EQ(Body::parse(with(R"("previous_response_id":"resp_7")"))->previous_response_id(), "resp_7");
  EXPECT_EQ(Body::parse(with(R"("previous_response_id":null)"))->previous_response_id(), std::nullopt);
  EXPECT_THAT(Body::parse(with("\"x\":1"))->item_references(), ElementsAre());
}

// ---- Input as items ----

// Each field that is walked over for each other one would make this take minutes.
TEST(InputItems, may_have_any_number_of_fields) {
  std::string fields;
  for (int i = 0; i < 100'000; ++i) fields += ",\"a" + std::to_string(i) + "\":1";
  const auto read = good(of_items(R"({"type":"message","role":"user","content":"hi")" + fields + "}"));
  ASSERT_EQ(read.input_items.size(), 1u);
  EXPECT_NE(read.input_items[0].find(R"("a99999":1)"), std::string::npos);
}

std::vector<std::string> items_of(const std::string& items) {
  return good(of_items(items)).input_items;
}

TEST(InputItems, have_ids_and_the_full_shape) {
  EXPECT_THAT(
      items_of(
          R"({"role":"assistant","content":"a","phase":"commentary"},)"
          R"({"type":"message","id":"msg_mine","status":"incomplete","role":"user","content":[{"type":"input_text","text":"x"}]},)"
          R"({"type":"reasoning","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":null},)"
          R"({"type":"web_search_call","status":"completed"})"),
      ElementsAre(
          R"({"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[]}],"phase":"commentary"})",
          R"({"id":"msg_mine","type":"message","status":"incomplete","role":"user","content":[{"type":"input_text","text":"x"}]})",
          R"({"id":"rs_2","type":"reasoning","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":null})",
          R"({"id":"item_3","type":"web_search_call","status":"completed"})"));
}

TEST(InputItems, are_read_again_as_the_same_conversation) {
  const std::string items =
      R"({"role":"user","content":"q"},)"
      R"({"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},)"
      R"({"role":"assistant","content":"I look."},)"
      R"({"type":"custom_tool_call","call_id":"b","name":"g","input":"é \"x\""},)"
      R"({"type":"custom_tool_call_output","call_id":"b","output":[{"type":"input_text","text":"B"}]})";
  const Memory remembered{items_of(items), {}};
  auto turns = turns_of(items);
  turns.push_back(UserTurn{"hi"});
  EXPECT_EQ(good(with("\"x\":1"), remembered).request.turns, turns);
}

}  // namespace
}  // namespace trilogue::dialect::responses
