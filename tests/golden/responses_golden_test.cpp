// Every story as Responses, byte for byte; the state machine of its stream; and the rule that a stream's last
// event is the reply that was not streamed, also for answers that nobody wrote down.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "canon/checker.h"
#include "dialect/chat/errors.h"
#include "dialect/responses/helper_view.h"
#include "dialect/responses/reply.h"
#include "dialect/responses/stream.h"
#include "golden_files.h"
#include "messages_stream.h"
#include "responses_stream.h"
#include "teller.h"

namespace trilogue::dialect::responses {
namespace {

using Events = std::vector<canon::Event>;
using golden::ResponsesStream;

constexpr ReasoningStyle kStyles[] = {ReasoningStyle::documented, ReasoningStyle::summary,
                                      ReasoningStyle::content};

// Ids that count, so that the same answer has the same ones each time.
IdMaker counting_ids() {
  return [next = 1](std::string_view prefix) mutable {
    const std::string digits = std::to_string(next++);
    return std::string(prefix) + std::string(16 - digits.size(), '0') + digits;
  };
}

ReplyContext context() {
  return {"resp_67ccd2bed1ec8190b14f964abc054267", 1772624997, "step-3.7-flash", counting_ids(),
          [] { return base::WallTime(std::chrono::seconds(1772624998)); }};
}

ResponsesRequest request_of(const std::string& body) {
  auto parsed = Body::parse(body);
  if (!parsed) throw std::runtime_error(parsed.error().message);
  auto request = read(*parsed, {}, counting_ids());
  if (!request) throw std::runtime_error(request.error().path + ": " + request.error().message);
  return *request;
}

ResponsesRequest plain_request() {
  return request_of(R"({"model":"step-3.7-flash","input":"Hello"})");
}

std::string streamed(const Events& events, const ResponsesRequest& request) {
  StreamEncoder encoder(context(), request);
  std::string out;
  for (const canon::Event& event : events) encoder.on(event, out);
  EXPECT_TRUE(encoder.complete());
  return out;
}

base::Result<std::string> whole(const Events& events, const ResponsesRequest& request) {
  ReplyFold fold(context(), request);
  for (const canon::Event& event : events) fold.on(event);
  EXPECT_TRUE(fold.complete());
  return fold.finish();
}

// The one documented difference: a whole reply does not say the status of its reasoning.
std::string without_reasoning_status(std::string sorted) {
  for (const auto* status : {"completed", "incomplete", "in_progress"}) {
    const std::string said = "\"status\":\"" + std::string(status) + "\",\"summary\"";
    for (auto at = sorted.find(said); at != std::string::npos; at = sorted.find(said, at))
      sorted.replace(at, said.size(), "\"status\":null,\"summary\"");
  }
  return sorted;
}

// The rule itself, for pieces of `piece` bytes.
void expect_agreement(const Events& events, const ResponsesRequest& request, std::size_t piece) {
  const std::string stream = streamed(events, request);
  ResponsesStream client;
  for (std::size_t at = 0; at < stream.size(); at += piece)
    client.feed(std::string_view(stream).substr(at, piece));
  client.end();
  EXPECT_EQ(client.violations(), std::vector<std::string>{}) << stream;
  const auto reply = whole(events, request);
  EXPECT_EQ(client.types().back() == "response.failed", !reply.has_value());
  if (!reply) return;
  EXPECT_EQ(without_reasoning_status(client.response()), golden::sorted_json(*reply)) << stream;
}

class ResponsesGolden : public testing::TestWithParam<std::string> {
 protected:
  ResponsesGolden() {
    const golden::Told story = golden::told(GetParam());
    events = golden::first_choice(story);
    if (story.logprobs) request.options.logprobs = true;
  }
  Events events;
  ResponsesRequest request = plain_request();
};
INSTANTIATE_TEST_SUITE_P(Stories, ResponsesGolden, testing::ValuesIn(golden::story_names()),
                         [](const auto& story) { return story.param; });

TEST_P(ResponsesGolden, streams_these_bytes) {
  golden::expect_file(GetParam() + ".responses.sse", streamed(events, request));
}

TEST_P(ResponsesGolden, replies_these_bytes) {
  const auto reply = whole(events, request);
  golden::expect_file(GetParam() + ".responses.json",
                      (reply ? *reply : chat::error_body(reply.error())) + "\n");
}

TEST_P(ResponsesGolden, ends_a_stream_with_the_whole_reply) {
  for (const ReasoningStyle style : kStyles) {
    request.options.reasoning = style;
    for (const std::size_t piece : {std::size_t{7}, std::size_t{1} << 20}) {
      request.options.include_encrypted_reasoning = piece == 7;
      request.options.background = piece == 7;
      expect_agreement(events, request, piece);
    }
  }
}

// A reader that comes later, or comes back, is shown the frames that were recorded.
TEST_P(ResponsesGolden, says_where_each_frame_ends) {
  StreamEncoder encoder(context(), request);
  std::string out;
  std::vector<std::string> frames;
  for (const canon::Event& event : events) {
    std::size_t from = out.size();
    encoder.on(event, out);
    for (const std::size_t end : encoder.event_ends()) {
      frames.push_back(out.substr(from, end - from));
      from = end;
    }
    ASSERT_EQ(from, out.size());
    ASSERT_EQ(static_cast<int>(frames.size()), encoder.next_sequence_number());
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_TRUE(frames[i].starts_with("event: response.")) << frames[i];
    EXPECT_EQ(frames[i].find("\n\n"), frames[i].size() - 2) << frames[i];
    EXPECT_NE(frames[i].find("\"sequence_number\":" + std::to_string(i) + ","), std::string::npos)
        << frames[i];
  }
}

// Clients go on from the response that a sign of life shows: it may come at any place.
TEST_P(ResponsesGolden, is_kept_alive_at_any_place) {
  for (const ReasoningStyle style : kStyles) {
    request.options.reasoning = style;
    StreamEncoder encoder(context(), request);
    std::string out;
    long comments = 0;
    for (const canon::Event& event : events) {
      const std::size_t before = out.size();
      encoder.heartbeat(out);
      comments += out[before] == ':' ? 1 : 0;
      encoder.on(event, out);
    }
    ResponsesStream client;
    client.feed(out);
    client.end();
    EXPECT_EQ(client.violations(), std::vector<std::string>{});
    const auto signs = std::count(client.types().begin(), client.types().end(), "response.in_progress");
    EXPECT_GE(signs + comments, static_cast<long>(events.size()));
  }
}

// Whoever a response was made for, the stream helper is shown what it would see of its own.
TEST_P(ResponsesGolden, is_shown_to_the_stream_helper_in_its_own_words) {
  const auto shown = [&](ReasoningStyle style) {
    request.options.reasoning = style;
    StreamEncoder encoder(context(), request);
    HelperView view;
    std::pair<std::string, std::string> recorded_and_shown;
    for (const canon::Event& event : events) {
      std::string frames, sign;
      encoder.on(event, frames);
      encoder.heartbeat(sign);
      if (!sign.starts_with(':')) frames += sign;  // a comment is not recorded
      recorded_and_shown.first += frames;
      recorded_and_shown.second += view.show(frames);
    }
    return recorded_and_shown;
  };
  const auto own = shown(ReasoningStyle::content);
  EXPECT_EQ(own.second, own.first);
  EXPECT_EQ(shown(ReasoningStyle::documented).second, own.first);
}

// Wherever the time runs out or somebody cancels, the stream ends as it should.
TEST_P(ResponsesGolden, may_end_after_any_event) {
  for (std::size_t length = 0; length < events.size(); ++length) {
    for (const bool cancelled : {false, true}) {
      StreamEncoder encoder(context(), request);
      std::string out;
      for (std::size_t i = 0; i < length; ++i) encoder.on(events[i], out);
      cancelled ? encoder.cancel(out)
                : encoder.fail({base::FailureKind::deadline, "too late", "", std::nullopt}, out);
      encoder.on(events[length], out);
      ResponsesStream client;
      client.feed(out);
      client.end();
      EXPECT_EQ(client.violations(), std::vector<std::string>{}) << out;
      EXPECT_EQ(encoder.failed(), !cancelled);
      EXPECT_EQ(client.events(), encoder.next_sequence_number());
    }
  }
}

TEST(ResponsesStream, agrees_with_the_reply_for_answers_of_any_kind) {
  const auto custom =
      request_of(R"({"model":"m","input":"x","tools":[{"type":"custom","name":"f","description":"d"}]})");
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const Events events = golden::any_answer(seed);
    ASSERT_EQ(canon::first_violation(events, 1), std::nullopt) << seed;
    ResponsesRequest request = seed % 2 == 0 ? plain_request() : custom;
    request.options.reasoning = kStyles[seed % 3];
    expect_agreement(events, request, 1 + seed % 50);
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(ResponsesStreamChecker, sees_what_is_wrong_with_a_stream) {
  const std::string good = streamed(golden::told("one_tool").events, plain_request());
  const auto violations = [](std::string stream) {
    ResponsesStream client;
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
       {"response.created", "response.in_progress", "response.output_item.added", "response.output_item.done",
        "response.reasoning_part.added", "response.reasoning_text.delta", "response.reasoning_text.done",
        "response.reasoning_part.done", "response.function_call_arguments.delta",
        "response.function_call_arguments.done", "response.completed"})
    EXPECT_GT(violations(without(event)), 0u) << event;
  EXPECT_GT(violations(good + good), 0u);
  const auto changed = [&](const std::string& from, const std::string& to) {
    return std::string(good).replace(good.rfind(from), from.size(), to);
  };
  EXPECT_GT(violations(changed("\"output_index\":1", "\"output_index\":2")), 0u);
  EXPECT_GT(violations(changed("fc_0000", "fc_1111")), 0u);
  EXPECT_GT(violations(changed("Paris", "Rome!")), 0u);
  EXPECT_GT(violations(changed("\"status\":\"completed\"", "\"status\":\"incomplete\"")), 0u);
}

}  // namespace
}  // namespace trilogue::dialect::responses
