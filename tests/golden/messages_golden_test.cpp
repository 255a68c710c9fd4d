// Every story as Messages, byte for byte; the state machine of its stream; and the rule that a stream put
// together again by a client is the reply that was not streamed, also for answers that nobody wrote down.
#include <gtest/gtest.h>

#include "canon/checker.h"
#include "dialect/messages/errors.h"
#include "dialect/messages/reply.h"
#include "dialect/messages/stream.h"
#include "golden_files.h"
#include "messages_stream.h"
#include "teller.h"

namespace trilogue::dialect::messages {
namespace {

using Events = std::vector<canon::Event>;
using golden::MessagesStream;

const ReplyContext kContext{"msg_01XFDUDYJgAACzvnptvVoYEL", "step-3.5-flash",
                            "0af7651916cd43dd8448eb211c80319c"};
constexpr ThinkingView kViews[] = {ThinkingView::hidden, ThinkingView::shown, ThinkingView::omitted};

std::string streamed(const Events& events, ThinkingView view) {
  StreamEncoder encoder(kContext, {true, view});
  std::string out;
  for (const canon::Event& event : events) encoder.on(event, out);
  EXPECT_TRUE(encoder.complete());
  return out;
}

base::Result<std::string> whole(const Events& events, ThinkingView view) {
  ReplyFold fold(kContext, {false, view});
  for (const canon::Event& event : events) fold.on(event);
  EXPECT_TRUE(fold.complete());
  return fold.finish();
}

// The rule itself, for pieces of `piece` bytes.
void expect_agreement(const Events& events, ThinkingView view, std::size_t piece) {
  const std::string stream = streamed(events, view);
  MessagesStream client;
  for (std::size_t at = 0; at < stream.size(); at += piece)
    client.feed(std::string_view(stream).substr(at, piece));
  client.end();
  EXPECT_EQ(client.violations(), std::vector<std::string>{}) << stream;
  const auto reply = whole(events, view);
  EXPECT_EQ(client.failed(), !reply.has_value());
  if (reply && client.violations().empty()) {
    EXPECT_EQ(client.message(), golden::sorted_json(*reply)) << stream;
  }
}

class MessagesGolden : public testing::TestWithParam<std::string> {
 protected:
  Events events() const { return golden::first_choice(golden::told(GetParam())); }
};
INSTANTIATE_TEST_SUITE_P(Stories, MessagesGolden, testing::ValuesIn(golden::story_names()),
                         [](const auto& story) { return story.param; });

TEST_P(MessagesGolden, streams_these_bytes) {
  golden::expect_file(GetParam() + ".messages.sse", streamed(events(), ThinkingView::shown));
}

TEST_P(MessagesGolden, replies_these_bytes) {
  const auto reply = whole(events(), ThinkingView::shown);
  golden::expect_file(GetParam() + ".messages.json",
                      (reply ? *reply : error_body(reply.error(), kContext.request_id)) + "\n");
}

TEST_P(MessagesGolden, a_stream_put_together_is_the_whole_reply) {
  for (const ThinkingView view : kViews) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20})
      expect_agreement(events(), view, piece);
  }
}

TEST_P(MessagesGolden, shows_no_thinking_that_was_not_asked_for) {
  const std::string stream = streamed(events(), ThinkingView::hidden);
  for (const auto* word : {"\"thinking\"", "thinking_delta", "signature"})
    EXPECT_EQ(stream.find(word), std::string::npos) << stream;
}

TEST_P(MessagesGolden, counts_each_token_of_the_prompt_once) {
  StreamEncoder encoder(kContext, {true, ThinkingView::hidden});
  std::string out;
  for (const canon::Event& event : events()) encoder.on(event, out);
  const canon::Usage& usage = encoder.usage();
  const auto says = [&](const std::string& field, int value) {
    return out.find("\"" + field + "\":" + std::to_string(value) + ",") != std::string::npos;
  };
  EXPECT_TRUE(says("input_tokens", usage.prompt_tokens - usage.cached_tokens)) << out;
  EXPECT_TRUE(says("cache_read_input_tokens", usage.cached_tokens)) << out;
  EXPECT_TRUE(says("cache_creation_input_tokens", 0)) << out;
}

// ---- Answers that nobody wrote down ----

TEST(MessagesStream, agrees_with_the_reply_for_answers_of_any_kind) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const Events events = golden::any_answer(seed);
    ASSERT_EQ(canon::first_violation(events, 1), std::nullopt) << seed;
    expect_agreement(events, kViews[seed % 3], 1 + seed % 50);
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(MessagesStream, is_kept_alive_by_pings_that_a_client_skips) {
  StreamEncoder encoder(kContext, {true, ThinkingView::hidden});
  std::string out;
  for (const canon::Event& event : golden::told("reasoning").events) {
    encoder.heartbeat(out);
    encoder.on(event, out);
  }
  MessagesStream client;
  client.feed(out);
  client.end();
  EXPECT_EQ(client.violations(), std::vector<std::string>{});
  EXPECT_EQ(client.pings(), static_cast<int>(golden::told("reasoning").events.size()));
}

TEST(MessagesStream, ends_with_one_error_event_when_it_is_late) {
  StreamEncoder encoder(kContext, {true, ThinkingView::hidden});
  std::string out;
  encoder.on({0, canon::Started{5, 0}}, out);
  encoder.on({0, canon::BlockOpened{canon::BlockKind::text, "", ""}}, out);
  encoder.on({0, canon::Delta{"half", 1, 0, {}}}, out);
  out.clear();
  encoder.fail({base::FailureKind::deadline, "too late", "", std::nullopt}, out);
  encoder.on({0, canon::Delta{"more", 2, 0, {}}}, out);
  EXPECT_EQ(out,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"timeout_error\",\"message\":\"too "
            "late\"},\"request_id\":\"0af7651916cd43dd8448eb211c80319c\"}\n\n");
  EXPECT_TRUE(encoder.failed());
}

TEST(MessagesStreamChecker, sees_what_is_wrong_with_a_stream) {
  const std::string good = streamed(golden::told("one_tool").events, ThinkingView::shown);
  const auto violations = [](std::string stream) {
    MessagesStream client;
    client.feed(stream);
    client.end();
    return client.violations().size();
  };
  const auto without = [&](const std::string& event) {
    const auto at = good.find("event: " + event + "\n");
    return std::string(good).erase(at, good.find("\n\n", at) + 2 - at);
  };
  EXPECT_EQ(violations(good), 0u);
  for (const auto* event :
       {"message_start", "content_block_start", "content_block_stop", "message_delta", "message_stop"})
    EXPECT_GT(violations(without(event)), 0u) << event;
  EXPECT_GT(violations(good + good), 0u);
  const auto changed = [&](const std::string& from, const std::string& to) {
    return std::string(good).replace(good.find(from), from.size(), to);
  };
  EXPECT_GT(violations(changed("\"index\":1", "\"index\":2")), 0u);
  EXPECT_GT(violations(changed("thinking_delta", "text_delta")), 0u);
  EXPECT_GT(violations(changed("\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"end_turn\"")), 0u);
}

}  // namespace
}  // namespace trilogue::dialect::messages
