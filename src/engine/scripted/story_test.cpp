#include "engine/scripted/story.h"

#include <gtest/gtest.h>

#include <string>

namespace trilogue::engine::scripted {
namespace {

using std::chrono::milliseconds;

std::string error_of(std::string_view text) {
  const auto story = Story::parse(text);
  return story ? "accepted" : story.error().message;
}

TEST(Story, reads_every_kind_of_line) {
  const auto story = Story::parse(R"(
# a comment
prepare 30ms
started prompt=12 cached=4
open reasoning
delta "a\n\u00e9" tokens=2
close
open call name=get_weather id=call_x
wait 20ms
delta "{}"
close cut
finish token_limit
)");
  ASSERT_TRUE(story) << story.error().message;
  const std::vector<Step> expected{
      {milliseconds(0), {0, canon::Started{12, 4}}},
      {milliseconds(0), {0, canon::BlockOpened{canon::BlockKind::reasoning, "", ""}}},
      {milliseconds(0), {0, canon::Delta{"a\né", 2, 2, {}}}},
      {milliseconds(0), {0, canon::BlockClosed{false}}},
      {milliseconds(0), {0, canon::BlockOpened{canon::BlockKind::call, "call_x", "get_weather"}}},
      {milliseconds(20), {0, canon::Delta{"{}", 3, 2, {}}}},
      {milliseconds(0), {0, canon::BlockClosed{true}}},
      {milliseconds(0), {0, canon::Finished{canon::StopReason::token_limit, "", {12, 4, 3, 2}}}}};
  EXPECT_EQ(story->steps, expected);
  EXPECT_EQ(story->preparing, milliseconds(30));
}

TEST(Story, counts_each_choice_for_itself) {
  const auto story = Story::parse(R"(started prompt=1
started prompt=1 choice=1
open text choice=1
delta "x" times=3 choice=1
finish stop_string "END" output=7 choice=1
fail deadline "too slow" retry_after=2)");
  ASSERT_TRUE(story) << story.error().message;
  EXPECT_EQ(story->choices(), 2);
  const canon::Event finished{1, canon::Finished{canon::StopReason::stop_string, "END", {1, 0, 7, 0}}};
  EXPECT_EQ(story->steps[6].event, finished);
  const base::Failure late{base::FailureKind::deadline, "too slow", "", std::chrono::seconds(2)};
  const canon::Event failed{0, canon::Failed{late, {1, 0, 0, 0}}};
  EXPECT_EQ(story->steps[7].event, failed);
}

TEST(Story, reads_logprobs) {
  const auto story = Story::parse(R"(delta "Hi" logprob=-0.5 top="Hi":-0.5 top="H \"o":-1.25)");
  ASSERT_TRUE(story) << story.error().message;
  const canon::Delta delta{"Hi", 1, 0, {{"Hi", -0.5, {{"Hi", -0.5}, {"H \"o", -1.25}}}}};
  EXPECT_EQ(std::get<canon::Delta>(story->steps.at(0).event.what), delta);
}

TEST(Story, says_which_line_it_does_not_understand) {
  EXPECT_EQ(error_of("started\nsing"), "line 2: no such line: sing");
  EXPECT_EQ(error_of("started prompt=x"), "line 1: not understood: prompt=x");
  EXPECT_EQ(error_of("open door"), "line 1: open what? reasoning, text or call");
  EXPECT_EQ(error_of("open call name=a"), "line 1: a call needs name= and id=");
  EXPECT_EQ(error_of("delta x"), "line 1: delta wants a quoted text");
  EXPECT_EQ(error_of("delta \"x"), "line 1: a quoted text does not end");
  EXPECT_EQ(error_of("delta \"x\" times=0"), "line 1: tokens= or times= out of range");
  EXPECT_EQ(error_of("close door"), "line 1: close, or close cut");
  EXPECT_EQ(error_of("finish"), "line 1: finish for which reason?");
  EXPECT_EQ(error_of("fail badly \"x\""), "line 1: fail wants a kind and a quoted message");
  EXPECT_EQ(error_of("wait 20"), "line 1: expected a time such as 20ms");
  EXPECT_EQ(error_of("close choice=900"), "line 1: choice= out of range");
}

}  // namespace
}  // namespace trilogue::engine::scripted
