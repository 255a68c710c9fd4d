// What golden stories do not tell: tools of other kinds, where reasoning stands, the background, the store.
#include "dialect/responses/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "dialect/responses/carried_reasoning.h"
#include "dialect/responses/errors.h"
#include "dialect/responses/reply.h"
#include "dialect/responses/sealed_reasoning.h"
#include "dialect/responses/stream.h"
#include "dialect/responses/test_request.h"

namespace trilogue::dialect::responses {
namespace {

using canon::BlockKind;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

ReplyContext context() {
  return {"resp_1", 100, "m", counting_ids(), [] { return base::WallTime(std::chrono::seconds(101)); }};
}

// One answer of one block and its end.
std::vector<canon::Event> answer(canon::BlockOpened block, const std::vector<std::string>& pieces) {
  std::vector<canon::Event> out{{0, canon::Started{10, 4}}, {0, std::move(block)}};
  int tokens = 0;
  for (const auto& piece : pieces) out.push_back({0, canon::Delta{piece, ++tokens, 0, {}}});
  out.push_back({0, canon::BlockClosed{false}});
  out.push_back({0, canon::Finished{canon::StopReason::end_of_turn, "", {10, 4, tokens, 0}}});
  return out;
}

std::string streamed(const ResponsesRequest& request, const std::vector<canon::Event>& events) {
  StreamEncoder encoder(context(), request);
  std::string out;
  for (const auto& event : events) encoder.on(event, out);
  return out;
}

std::string replied(const ResponsesRequest& request, const std::vector<canon::Event>& events) {
  ReplyFold fold(context(), request);
  for (const auto& event : events) fold.on(event);
  return fold.finish().value_or("failed");
}

ResponsesRequest request(const std::string& fields = "\"x\":1") {
  return *read_text(with(fields));
}

const std::string kTools =
    R"("tools":[{"type":"custom","name":"apply_patch"},{"type":"namespace","name":"mcp__a__","tools":[{"type":"function","name":"b"}]}])";

TEST(Response, gives_a_custom_tool_its_text) {
  const auto events = answer({BlockKind::call, "call_1", "apply_patch"},
                             {R"({"inp)", R"(ut": "***)", R"( Begin\n\u00)", R"(e9"})"});
  EXPECT_THAT(replied(request(kTools), events),
              HasSubstr(R"("output":[{"id":"ctc_1","type":"custom_tool_call","call_id":"call_1",)"
                        R"("name":"apply_patch","input":"*** Begin\né","status":"completed"}])"));
  const std::string stream = streamed(request(kTools), events);
  EXPECT_THAT(stream, HasSubstr("event: response.custom_tool_call_input.delta\ndata: "
                                R"({"type":"response.custom_tool_call_input.delta","sequence_number":3,)"
                                R"("item_id":"ctc_1","output_index":0,"delta":"***"})"));
  EXPECT_THAT(stream, HasSubstr(R"("delta":" Begin\n"})"));
  EXPECT_THAT(stream, HasSubstr(R"("type":"response.custom_tool_call_input.done","sequence_number":6,)"
                                R"("item_id":"ctc_1","output_index":0,"input":"*** Begin\né"})"));
}

TEST(Response, names_a_tool_of_a_namespace_as_its_caller_does) {
  const auto events = answer({BlockKind::call, "call_1", "mcp__a__b"}, {"{}"});
  EXPECT_THAT(replied(request(kTools), events),
              HasSubstr(R"({"id":"fc_1","type":"function_call","call_id":"call_1","name":"b",)"
                        R"("namespace":"mcp__a__","arguments":"{}","status":"completed"})"));
  EXPECT_THAT(streamed(request(kTools), events), Not(HasSubstr("mcp__a__b")));
}

TEST(Response, shows_reasoning_where_it_is_wanted) {
  const auto events = answer({BlockKind::reasoning, "", ""}, {"hm"});
  auto asked = request();
  EXPECT_THAT(replied(asked, events), HasSubstr(R"("summary":[],"content":null,)"));
  asked.options.reasoning = ReasoningStyle::summary;
  EXPECT_THAT(replied(asked, events),
              HasSubstr(R"("summary":[{"type":"summary_text","text":"hm"}],"content":null,)"));
  EXPECT_THAT(streamed(asked, events),
              HasSubstr(R"("type":"response.reasoning_summary_text.delta","sequence_number":4,)"
                        R"("item_id":"rs_1","output_index":0,"summary_index":0,"delta":"hm"})"));
  asked.options.reasoning = ReasoningStyle::content;
  EXPECT_THAT(replied(asked, events),
              HasSubstr(R"("summary":[],"content":[{"type":"reasoning_text","text":"hm"}],)"));
  EXPECT_THAT(streamed(asked, events), Not(HasSubstr("reasoning_part")));
}

TEST(Response, carries_reasoning_when_asked_to) {
  const auto events = answer({BlockKind::reasoning, "", ""}, {"hm"});
  auto asked = request(R"("include":["reasoning.encrypted_content"])");
  const std::string carried = R"("encrypted_content":")" + sealed("hm") + "\"";
  EXPECT_THAT(replied(asked, events), HasSubstr(carried));
  EXPECT_THAT(streamed(asked, events), HasSubstr(carried));
  EXPECT_THAT(replied(request(), events), HasSubstr(R"("encrypted_content":null)"));
}

TEST(Response, carries_reasoning_afterwards_as_it_would_have_at_once) {
  const auto events = answer({BlockKind::reasoning, "", ""}, {"hm"});
  ReplyFold fold(context(), request());
  for (const auto& event : events) fold.on(event);
  const std::string plain = *fold.finish();
  ASSERT_THAT(ids_of_silent_reasoning(plain), ElementsAre("rs_1"));
  const std::string carrying = with_carried_reasoning(plain, {{"rs_1", fold.builder().stored_items().at(0)}});
  EXPECT_EQ(carrying, replied(request(R"("include":["reasoning.encrypted_content"])"), events));
  EXPECT_THAT(ids_of_silent_reasoning(carrying), ElementsAre());
  EXPECT_EQ(with_carried_reasoning(plain, {}), plain);
}

TEST(Response, repeats_its_request) {
  const std::string reply = replied(
      request(R"("instructions":"i","temperature":0.25,"metadata":{"a":"b"},"tool_choice":"none","user":"u",)"
              R"("tools":[{"type":"web_search"}],"max_output_tokens":7,"parallel_tool_calls":false,)"
              R"("text":{"format":{"type":"json_object"}},"reasoning":{"effort":"low"},"store":false)"),
      answer({BlockKind::text, "", ""}, {"x"}));
  for (const auto* field :
       {R"("instructions":"i")", R"("temperature":0.25)", R"("top_p":1.0)", R"("metadata":{"a":"b"})",
        R"("tool_choice":"none")", R"("tools":[{"type":"web_search"}])", R"("max_output_tokens":7)",
        R"("parallel_tool_calls":false)", R"("text":{"format":{"type":"json_object"}})",
        R"("reasoning":{"effort":"low","summary":null})", R"("store":false)", R"("user":"u")"})
    EXPECT_THAT(reply, HasSubstr(field));
}

TEST(Response, begins_in_the_background_as_queued) {
  StreamEncoder encoder(context(), request(R"("background":true)"));
  std::string out;
  encoder.begin(out);
  EXPECT_EQ(encoder.next_sequence_number(), 2);
  EXPECT_THAT(out, HasSubstr("event: response.queued\n"));
  encoder.heartbeat(out);
  encoder.begin(out);
  EXPECT_THAT(out, Not(HasSubstr("in_progress")));
  encoder.on({0, canon::Started{1, 0}}, out);
  EXPECT_THAT(out, HasSubstr("event: response.in_progress\n"));
  EXPECT_EQ(encoder.next_sequence_number(), 4);
}

// Whether each sign of life after the beginning is an event; what is none is a comment without a number.
std::vector<bool> events_among_signs_of_life(std::size_t bytes_of_tools, int signs) {
  StreamEncoder encoder(context(), request(R"("tools":[{"type":"web_search","x":")" +
                                           std::string(bytes_of_tools, 'x') + R"("}])"));
  std::string out;
  encoder.begin(out);
  std::vector<bool> are_events;
  for (int i = 0; i < signs; ++i) {
    out.clear();
    const int said = encoder.next_sequence_number();
    encoder.heartbeat(out);
    are_events.push_back(!encoder.event_ends().empty());
    EXPECT_EQ(encoder.next_sequence_number() - said, int{are_events.back()});
    EXPECT_THAT(out, StartsWith(are_events.back() ? "event: response.in_progress\n" : ": waiting\n\n"));
  }
  return are_events;
}

TEST(Response, that_is_large_is_not_said_with_every_sign_of_life) {
  EXPECT_THAT(events_among_signs_of_life(1'000, 3), ElementsAre(true, true, true));
  EXPECT_THAT(events_among_signs_of_life(20'000, 8),
              ElementsAre(false, false, false, true, false, false, false, true));
  EXPECT_THAT(events_among_signs_of_life(300'000, 5), Each(false));
}

TEST(Response, that_was_cancelled_says_so) {
  StreamEncoder encoder(context(), request(R"("background":true)"));
  std::string out;
  for (const auto& event : answer({BlockKind::text, "", ""}, {"half"})) {
    if (std::holds_alternative<canon::BlockClosed>(event.what)) break;
    encoder.on(event, out);
  }
  out.clear();
  encoder.cancel(out);
  EXPECT_TRUE(encoder.complete());
  EXPECT_FALSE(encoder.failed());
  EXPECT_EQ(encoder.event_ends().size(), 4u);
  EXPECT_THAT(out, HasSubstr(R"("status":"cancelled","error":null)"));
  EXPECT_THAT(out, HasSubstr(R"("status":"incomplete","content":[{"type":"output_text","text":"half")"));
}

TEST(Response, that_failed_before_it_began_says_why) {
  StreamEncoder encoder(context(), request());
  std::string out;
  encoder.fail({base::FailureKind::rate_limited, "too fast", "input", std::nullopt}, out);
  EXPECT_EQ(encoder.next_sequence_number(), 2);
  EXPECT_THAT(out, HasSubstr(R"("error":{"code":"rate_limit_exceeded","message":"input: too fast"})"));
  encoder.fail({}, out);
  encoder.heartbeat(out);
  EXPECT_EQ(encoder.next_sequence_number(), 2);
  EXPECT_TRUE(encoder.event_ends().empty());
}

TEST(Response, is_kept_for_later_with_its_reasoning) {
  ReplyFold fold(context(), request(kTools));
  for (auto& event : answer({BlockKind::reasoning, "", ""}, {"hm"})) {
    if (!std::holds_alternative<canon::Finished>(event.what)) fold.on(event);
  }
  for (auto& event : answer({BlockKind::call, "call_1", "apply_patch"}, {R"({"input":"x"})"})) {
    if (!std::holds_alternative<canon::Started>(event.what)) fold.on(event);
  }
  const Memory memory{fold.builder().stored_items(), {}};
  const auto next =
      read_text(of_items(R"({"type":"custom_tool_call_output","call_id":"call_1","output":"done"})"), memory);
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_THAT(
      next->request.turns,
      ElementsAre(
          canon::AssistantTurn{"hm", "", {canon::ToolCall{"call_1", "apply_patch", R"({"input":"x"})"}}},
          canon::ToolResultTurn{"call_1", "apply_patch", "done"}));
}

TEST(ResponsesErrors, name_the_place_in_the_callers_own_request) {
  const auto asked = request(R"("tools":[{"type":"web_search"},{"type":"function","name":"f"},)"
                             R"({"type":"namespace","name":"n","tools":[{"type":"function","name":"g"}]}])");
  const auto path = [&](const std::string& of_canon) {
    return in_own_terms({base::FailureKind::invalid_request, "", of_canon, std::nullopt}, asked.tools).path;
  };
  EXPECT_EQ(path("messages"), "input");
  EXPECT_EQ(path("response_format"), "text.format.schema");
  EXPECT_EQ(path("tools"), "tools");
  EXPECT_EQ(path("tools[0].parameters"), "tools[1].parameters");
  EXPECT_EQ(path("tools[1].parameters"), "tools[2].tools[0].parameters");
  for (const auto* other : {"tools[2].parameters", "tools[x]", "tools[", "tools[1", "model", ""})
    EXPECT_EQ(path(other), other);
}

TEST(SealedReasoning, comes_back_whole_or_not_at_all) {
  for (const std::string& text :
       {std::string(), std::string("hm"), std::string(10000, 'x'), std::string("思 😀")})
    EXPECT_EQ(unsealed(sealed(text)), text);
  EXPECT_EQ(unsealed("gAAAA"), std::nullopt);
  EXPECT_EQ(unsealed(sealed("hm") + "x"), std::nullopt);
  EXPECT_EQ(unsealed("trilogue.1./w=="), std::nullopt);  // not a text
}

TEST(Ids, BeginWithTheirTimeAndShareSixteenDigits) {
  base::Random random(1);
  const IdMaker ids = ids_from(random, 0x19a2b3c4d5e);
  const std::string response = ids("resp_"), item = ids("msg_");
  EXPECT_EQ(response.size(), 5 + 32u);
  EXPECT_EQ(response.find_first_not_of(base::kLowerHex, 5), std::string::npos) << response;
  EXPECT_EQ(response.substr(5, 11), "19a2b3c4d5e");
  EXPECT_EQ(item.substr(4, 16), response.substr(5, 16));
  EXPECT_NE(item.substr(20), response.substr(21));
  EXPECT_EQ(ids_from(random, 1)("")[10], '1');
  EXPECT_LT(ids_from(random, 9)(""), ids_from(random, 10)(""));
}

}  // namespace
}  // namespace trilogue::dialect::responses
