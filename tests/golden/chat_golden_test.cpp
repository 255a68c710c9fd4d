// Every story as Chat Completions, byte for byte; and the rule that a stream put together again by a client
// is the reply that was not streamed.
#include <gtest/gtest.h>

#include "canon/checker.h"
#include "dialect/chat/client.h"
#include "dialect/chat/errors.h"
#include "dialect/chat/reply.h"
#include "dialect/chat/stream.h"
#include "golden_files.h"

namespace trilogue::dialect::chat {
namespace {

using golden::Told;
using golden::told;

const ReplyContext kContext{"b7b56af0-52a6-483f-a589-948182676a1b", 1709893411, "step-3.5-flash"};

std::string streamed(const Told& story, ReplyOptions options) {
  options.logprobs = story.logprobs;
  StreamEncoder encoder(kContext, options, story.choices);
  std::string out;
  for (const canon::Event& event : story.events) encoder.on(event, out);
  EXPECT_TRUE(encoder.complete());
  return out;
}

std::string folded(const std::vector<canon::Event>& events, int choices, ReplyOptions options) {
  ReplyFold fold(kContext, options, choices);
  for (const canon::Event& event : events) fold.on(event);
  const auto reply = fold.finish();
  return (reply ? *reply : error_body(reply.error())) + "\n";
}

std::string whole(const Told& story, ReplyOptions options) {
  options.logprobs = story.logprobs;
  return folded(story.events, story.choices, options);
}

class Golden : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Chat, Golden, testing::ValuesIn(golden::story_names()),
                         [](const auto& story) { return story.param; });

TEST_P(Golden, keeps_the_grammar) {
  const Told story = told(GetParam());
  EXPECT_EQ(canon::first_violation(story.events, story.choices), std::nullopt);
}

TEST_P(Golden, streams_these_bytes) {
  golden::expect_file(GetParam() + ".chat.sse", streamed(told(GetParam()), {}));
}

TEST_P(Golden, streams_these_bytes_in_the_style_of_openai) {
  ReplyOptions options;
  options.chunks = ChunkStyle::openai;
  options.include_usage = true;
  options.reasoning_format = ReasoningFormat::deepseek_style;
  golden::expect_file(GetParam() + ".chat.openai.sse", streamed(told(GetParam()), options));
}

TEST_P(Golden, replies_these_bytes) {
  golden::expect_file(GetParam() + ".chat.json", whole(told(GetParam()), {}));
}

std::vector<canon::Event> read_back(std::string_view stream, int choices, std::size_t piece) {
  StreamReader reader(choices);
  std::vector<canon::Event> events;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    for (auto part = reader.feed(stream.substr(at, piece)); auto& event : part)
      events.push_back(std::move(event));
  }
  for (auto rest = reader.end(); auto& event : rest) events.push_back(std::move(event));
  return events;
}

TEST_P(Golden, a_stream_put_together_is_the_whole_reply) {
  const Told story = told(GetParam());
  for (const ChunkStyle style : {ChunkStyle::documented, ChunkStyle::openai}) {
    for (const ReasoningFormat format : {ReasoningFormat::general, ReasoningFormat::deepseek_style}) {
      const ReplyOptions options{true, style == ChunkStyle::openai, format, story.logprobs, style};
      const std::string stream = streamed(story, options);
      for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, stream.size()}) {
        const auto events = read_back(stream, story.choices, piece);
        EXPECT_EQ(canon::first_violation(events, story.choices), std::nullopt);
        EXPECT_EQ(folded(events, story.choices, options), whole(story, options));
      }
    }
  }
}

TEST_P(Golden, a_reply_read_back_is_the_same_reply) {
  const Told story = told(GetParam());
  const ReplyOptions options{false, false, ReasoningFormat::general, story.logprobs, ChunkStyle::documented};
  const std::string reply = whole(story, {});
  const auto events = read_reply(reply, story.choices);
  EXPECT_EQ(canon::first_violation(events, story.choices), std::nullopt);
  EXPECT_EQ(folded(events, story.choices, options), reply);
}

}  // namespace
}  // namespace trilogue::dialect::chat
