// One request at a time: what is chosen, where it ends, what is counted.
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "canon/checker.h"
#include "engine/llama/model.h"
#include "engine/llama/test_model.h"

namespace trilogue::engine::llama {
namespace {

using testing::ask;
using testing::converse;
using testing::EngineUnderTest;
using testing::Reply;

canon::Request warm(std::uint32_t seed) {
  auto request = ask("Tell me something.", 16);
  request.sampling.temperature = 1.5;
  request.sampling.seed = seed;
  return request;
}

void expect_grammatical(const Reply& reply) {
  canon::Checker checker(1);
  for (const auto& event : reply.events) {
    const auto wrong = checker.on(event);
    EXPECT_FALSE(wrong) << *wrong;
  }
  EXPECT_FALSE(checker.end());
}

TEST(Generation, AnswersAndTellsItsEventsInOrder) {
  const EngineUnderTest test;
  const auto reply = converse(*test.engine, ask("Hello"));
  ASSERT_TRUE(reply.finished);
  expect_grammatical(reply);
  EXPECT_FALSE(reply.text.empty());
  EXPECT_EQ(reply.started->prompt_tokens, reply.finished->usage.prompt_tokens);
}

TEST(Generation, RepeatsItselfAtTemperatureZero) {
  const EngineUnderTest test;
  const auto first = converse(*test.engine, ask("Hello"));
  const auto second = converse(*test.engine, ask("Hello"));
  EXPECT_EQ(first.text, second.text);
  EXPECT_EQ(first.finished->usage.output_tokens, second.finished->usage.output_tokens);
}

TEST(Generation, RepeatsItselfWithASeedAndReusesNothing) {
  const EngineUnderTest test;
  const auto first = converse(*test.engine, warm(1));
  const auto again = converse(*test.engine, warm(1));
  EXPECT_EQ(first.text, again.text);
  std::set<std::string> texts{first.text};
  for (std::uint32_t seed = 2; seed < 8; ++seed) texts.insert(converse(*test.engine, warm(seed)).text);
  EXPECT_GT(texts.size(), 1U) << "seven seeds, one text: " << first.text;
  EXPECT_EQ(again.finished->usage.cached_tokens, 0);
}

TEST(Generation, ReusesThePrefixOfAnEarlierText) {
  const EngineUnderTest test;
  const auto first = converse(*test.engine, ask("Count to ten."));
  const auto second = converse(*test.engine, ask("Count to ten."));
  EXPECT_EQ(first.finished->usage.cached_tokens, 0);
  EXPECT_EQ(second.finished->usage.cached_tokens, second.finished->usage.prompt_tokens - 1);
  EXPECT_EQ(test.engine->stats().tokens_reused,
            static_cast<std::uint64_t>(second.finished->usage.cached_tokens));
}

TEST(Generation, StopsAtTheTokenLimit) {
  const EngineUnderTest test;
  auto request = ask("Hello", 5);
  request.limits.ignore_eos = true;
  const auto reply = converse(*test.engine, request);
  EXPECT_EQ(reply.finished->reason, canon::StopReason::token_limit);
  EXPECT_EQ(reply.finished->usage.output_tokens, 5);
}

TEST(Generation, WritesAtLeastTheTokensAskedFor) {
  const EngineUnderTest test;
  auto request = ask("Hello", 60);
  request.limits.min_tokens = 60;
  EXPECT_EQ(converse(*test.engine, request).finished->usage.output_tokens, 60);
}

TEST(Generation, EndsAtAStopStringAndLeavesItOut) {
  const EngineUnderTest test;
  auto request = ask("Hello", 24);
  request.limits.ignore_eos = true;
  const auto whole = converse(*test.engine, request).text;
  ASSERT_GT(whole.size(), 12U);
  const auto stop = whole.substr(6, 4);
  request.limits.stop = {stop};
  const auto reply = converse(*test.engine, request);
  EXPECT_EQ(reply.text, whole.substr(0, whole.find(stop)));
  EXPECT_EQ(reply.finished->reason, canon::StopReason::stop_string);
  EXPECT_EQ(reply.finished->stop_string, stop);
}

TEST(Generation, LogitBiasForcesAToken) {
  const EngineUnderTest test;
  auto request = ask("Hello", 4);
  request.sampling.logit_bias = {{70, 100}};
  request.sampling.logprobs = 0;
  const auto reply = converse(*test.engine, request);
  ASSERT_GE(reply.logprobs.size(), 2U);
  EXPECT_EQ(reply.logprobs[0].bytes, reply.logprobs[1].bytes);
}

TEST(Generation, FrequencyPenaltyBreaksARepetition) {
  const EngineUnderTest test;
  auto request = ask("Hello", 12);
  request.limits.ignore_eos = true;
  request.sampling.logit_bias = {{70, 30}};
  const auto same = converse(*test.engine, request);
  request.sampling.frequency_penalty = 2;
  request.sampling.presence_penalty = 2;
  request.sampling.logit_bias = {{70, 3}};
  const auto varied = converse(*test.engine, request);
  EXPECT_NE(same.text, varied.text);
}

TEST(Generation, ReportsLogProbabilities) {
  const EngineUnderTest test;
  auto request = ask("Hello", 6);
  request.limits.ignore_eos = true;
  request.sampling.logprobs = 3;
  const auto reply = converse(*test.engine, request);
  ASSERT_EQ(reply.logprobs.size(), 6U);
  for (const auto& entry : reply.logprobs) {
    ASSERT_EQ(entry.top.size(), 3U);
    EXPECT_EQ(entry.top[0].first, entry.bytes);  // greedy takes the likeliest
    EXPECT_EQ(entry.top[0].second, entry.logprob);
    EXPECT_LE(entry.top[1].second, entry.top[0].second);
    EXPECT_LE(entry.logprob, 0);
  }
}

TEST(Generation, ReportsLogProbabilitiesOfWhatIsInTheTextAndNothingElse) {
  const EngineUnderTest test;
  for (std::uint32_t seed = 0; seed < 8; ++seed) {
    auto request = ask("Think, then answer.", 60);
    request.effort = canon::Effort::low;
    request.limits.reasoning_budget = 6;
    request.sampling.temperature = 1;
    request.sampling.seed = seed;
    request.sampling.logprobs = 0;
    const auto reply = converse(*test.engine, request);
    std::string tokens;
    for (const auto& entry : reply.logprobs) tokens += entry.bytes;
    // The last token may hold whitespace that the end cut off, the first what the marker before it took.
    EXPECT_NE(tokens.find(reply.text), std::string::npos) << tokens << "\n" << reply.text;
    EXPECT_LE(tokens.size(), reply.text.size() + 4) << tokens << "\n" << reply.text;
    if (reply.text.empty()) continue;
    EXPECT_NE(reply.logprobs.front().bytes, "\n") << reply.text;
  }
}

// `<` made of an ordinary token begins no marker, so it must not stand where one is due.
TEST(Generation, ARequiredCallCannotBeSpelledByOrdinaryTokens) {
  const EngineUnderTest test;
  const auto model = Model::load(testing::library(), testing::small_options().model).value();
  for (const int max_tokens : {1, 2, 3, 5, 20, 80}) {
    auto request = ask("What time is it?", max_tokens);
    request.tools.push_back({.name = "clock", .description = "The time", .parameters = "", .strict = true});
    request.tool_choice.use = canon::ToolUse::required;
    for (int token = 0; model->vocabulary().holds(token); ++token) {
      const auto bytes = model->vocabulary().bytes(token);
      if (bytes.starts_with("<") && bytes != "<tool_call>")
        request.sampling.logit_bias.emplace_back(token, 100);
    }
    const auto reply = converse(*test.engine, request);
    expect_grammatical(reply);
    EXPECT_EQ(reply.text, "") << max_tokens;
    EXPECT_TRUE(std::string("clock{}").starts_with(reply.calls)) << reply.calls;
  }
}

TEST(Generation, ChoicesDifferAndShareThePrompt) {
  const EngineUnderTest test;
  auto request = warm(5);
  request.choices = 3;
  std::vector<canon::Request> one{request};
  const auto replies = converse(*test.engine, one)[0];
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_NE(replies[0].text, replies[1].text);
  EXPECT_NE(replies[1].text, replies[2].text);
  const auto prompt = static_cast<std::uint64_t>(replies[0].finished->usage.prompt_tokens);
  EXPECT_EQ(test.engine->stats().tokens_prefilled,
            prompt + 2);  // the last token again for each further choice
}

TEST(Generation, MoreChoicesThanSlotsAllFinish) {
  auto options = testing::small_options();
  options.context.slots = 2;
  const EngineUnderTest test(options);
  auto request = ask("Hello", 6);
  request.choices = 7;
  std::vector<canon::Request> one{request};
  const auto replies = converse(*test.engine, one)[0];
  for (const auto& reply : replies) EXPECT_EQ(reply.text, replies[0].text);
}

TEST(Generation, ClosesTheReasoningWhenItsBudgetIsSpent) {
  const EngineUnderTest test;
  auto request = ask("Think long about this.", 60);
  request.effort = canon::Effort::high;
  request.limits.ignore_eos = true;
  request.limits.reasoning_budget = 4;
  const auto reply = converse(*test.engine, request);
  expect_grammatical(reply);
  EXPECT_GE(reply.finished->usage.reasoning_tokens, 1);
  EXPECT_LE(reply.finished->usage.reasoning_tokens, 4 + 4);  // the closing marker counts
  EXPECT_FALSE(reply.text.empty());
}

TEST(Generation, ABudgetOfNothingAnswersAtOnce) {
  const EngineUnderTest test;
  auto request = ask("Think long about this.", 30);
  request.effort = canon::Effort::high;
  request.limits.ignore_eos = true;
  request.limits.reasoning_budget = 0;
  const auto reply = converse(*test.engine, request);
  EXPECT_TRUE(reply.reasoning.empty());
  EXPECT_FALSE(reply.text.empty());
}

TEST(Generation, JsonModeWritesJsonAtAnyTemperature) {
  const EngineUnderTest test;
  for (const double temperature : {0.0, 1.0, 2.0}) {
    auto request = ask("Give me JSON.", 400);
    request.format = canon::JsonObject{};
    request.sampling.temperature = temperature;
    request.sampling.seed = 3;
    const auto reply = converse(*test.engine, request);
    ASSERT_TRUE(reply.finished);
    ASSERT_FALSE(reply.text.empty());
    EXPECT_EQ(reply.text.front(), '{');
    if (reply.finished->reason == canon::StopReason::end_of_turn) {
      EXPECT_EQ(reply.text.back(), '}');
    }
  }
}

TEST(Generation, AModelThatEndsItsTurnWhileThinkingStillGivesTheJsonItOwes) {
  const EngineUnderTest test;
  const auto model = Model::load(testing::library(), testing::small_options().model).value();
  auto request = ask("Give me JSON.", 60);
  request.effort = canon::Effort::low;
  request.format = canon::JsonBySchema{.name = "x", .schema = R"({"enum":["yes"]})", .strict = true};
  for (const auto end : model->vocabulary().ends()) request.sampling.logit_bias.emplace_back(end, 100);
  const auto reply = converse(*test.engine, request);
  expect_grammatical(reply);
  EXPECT_NE(reply.text.find("\"yes\""), std::string::npos) << reply.text;
  EXPECT_EQ(reply.finished->reason, canon::StopReason::end_of_turn);
}

TEST(Generation, AfterACallTheModelMayEndItsTurn) {
  const EngineUnderTest test;
  const auto model = Model::load(testing::library(), testing::small_options().model).value();
  auto request = ask("What time is it?", 200);
  request.tools.push_back({.name = "clock", .description = "The time", .parameters = "", .strict = true});
  request.tool_choice.use = canon::ToolUse::required;
  for (const auto end : model->vocabulary().ends()) request.sampling.logit_bias.emplace_back(end, 100);
  const auto reply = converse(*test.engine, request);
  expect_grammatical(reply);
  EXPECT_EQ(reply.finished->reason, canon::StopReason::tool_calls);
}

// F0 82 80 A8 spells U+2028 too long, and llama.cpp's grammar would take it.
TEST(Generation, AGrammarLetsNoOverlongCharacterThrough) {
  const EngineUnderTest test;
  const auto model = Model::load(testing::library(), testing::small_options().model).value();
  auto request = ask("Give me JSON.", 60);
  request.format =
      canon::JsonBySchema{.name = "x", .schema = "{\"enum\":[\"\xE2\x80\xA8\"]}", .strict = true};
  for (int token = 0; model->vocabulary().holds(token); ++token) {
    const auto bytes = model->vocabulary().bytes(token);
    if (bytes == "\xF0" || bytes == "\x82") request.sampling.logit_bias.emplace_back(token, 100);
  }
  ASSERT_EQ(request.sampling.logit_bias.size(), 2U);
  const auto reply = converse(*test.engine, request);
  EXPECT_NE(reply.text.find("\"\xE2\x80\xA8\""), std::string::npos) << reply.text;
}

TEST(Generation, RefusesAPromptThatDoesNotFitAndTellsBothNumbers) {
  auto options = testing::small_options();
  options.context.cells = 256;
  const EngineUnderTest test(options);
  std::string words;
  for (int i = 0; i < 400; ++i) words += "word ";
  const auto reply = converse(*test.engine, ask(words));
  ASSERT_TRUE(reply.failure);
  EXPECT_EQ(reply.failure->kind, base::FailureKind::too_long);
  EXPECT_EQ(reply.failure->path, "messages");
  EXPECT_NE(reply.failure->message.find("256"), std::string::npos);
}

TEST(Generation, RefusesWhatCannotFitWithoutRenderingIt) {
  const EngineUnderTest test;
  const auto reply = converse(*test.engine, ask(std::string(8'000'000, 'x')));
  ASSERT_TRUE(reply.failure);
  EXPECT_EQ(reply.failure->path, "messages");
  EXPECT_NE(reply.failure->message.find("more than"), std::string::npos) << reply.failure->message;
}

TEST(Generation, RefusesWhatTheTemplateMakesTooLongWithoutCuttingItIntoTokens) {
  const EngineUnderTest test;
  auto request = ask("Hello");
  canon::AssistantTurn turn;
  turn.calls = {{"call_1", "f", R"({"a":")" + std::string(2'000'000, 'x') + "\"}"}};
  request.turns.emplace_back(std::move(turn));
  const auto reply = converse(*test.engine, request);
  ASSERT_TRUE(reply.failure);
  EXPECT_EQ(reply.failure->path, "messages");
  EXPECT_NE(reply.failure->message.find("more than"), std::string::npos) << reply.failure->message;
}

Reply greeted_within(const EngineUnderTest& test, Patience patience) {
  boost::asio::io_context io;
  testing::Replies replies;
  boost::asio::co_spawn(io, testing::read_all(*test.engine, ask("Hello"), replies, std::move(patience)),
                        boost::asio::detached);
  io.run();
  return replies[0];
}

TEST(Generation, NeverBeginsWhatIsTooLateOrWhoseClientLeft) {
  const EngineUnderTest test;
  const Patience none{std::chrono::steady_clock::now(), {}};
  Patience leaving;
  leaving.on_wait = [](const std::function<void()>& leave) { leave(); };
  EXPECT_EQ(greeted_within(test, leaving).failure.value().kind, base::FailureKind::cancelled);
  EXPECT_EQ(greeted_within(test, none).failure.value().kind, base::FailureKind::deadline);
  EXPECT_EQ(test.engine->stats().waiting, 0);
  const auto prompt = greeted_within(test, {}).started.value().prompt_tokens;
  EXPECT_EQ(test.engine->stats().tokens_prefilled, static_cast<std::uint64_t>(prompt));
}

TEST(Generation, CutsTheLimitToTheRoomThatIsLeft) {
  auto options = testing::small_options();
  options.context.cells = 256;
  const EngineUnderTest test(options);
  auto request = ask("Hello", 100000);
  request.limits.ignore_eos = true;
  const auto reply = converse(*test.engine, request);
  ASSERT_TRUE(reply.finished);
  EXPECT_EQ(reply.finished->reason, canon::StopReason::token_limit);
  EXPECT_EQ(reply.finished->usage.prompt_tokens + reply.finished->usage.output_tokens, 256);
}

TEST(Generation, CountsWhatItWouldCompute) {
  const EngineUnderTest test;
  const auto reply = converse(*test.engine, ask("How many tokens is this?"));
  boost::asio::io_context io;
  int counted = 0;
  const auto count = [&]() -> boost::asio::awaitable<void> {
    auto request = ask("How many tokens is this?");
    const auto result = co_await test.engine->count(std::move(request), Patience{});
    counted = result->tokens;
  };
  boost::asio::co_spawn(io, count, boost::asio::detached);
  io.run();
  EXPECT_EQ(counted, reply.finished->usage.prompt_tokens);
}

}  // namespace
}  // namespace trilogue::engine::llama
