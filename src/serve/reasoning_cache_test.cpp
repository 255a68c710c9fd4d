#include "serve/reasoning_cache.h"

#include <gtest/gtest.h>

namespace trilogue::serve {
namespace {

canon::Request round_two(std::string call_id, std::string reasoning = "") {
  canon::Request request;
  request.turns.emplace_back(
      canon::AssistantTurn{std::move(reasoning), "", {{std::move(call_id), "f", "{}"}}});
  return request;
}

std::string recalled(ReasoningCache& cache, std::string_view key, canon::Request request) {
  cache.recall(key, request);
  return std::get<canon::AssistantTurn>(request.turns.front()).reasoning;
}

TEST(ReasoningCache, GivesBackWhatWasThoughtBeforeACall) {
  ReasoningCache cache(1000);
  cache.remember("key_a", "call_1", "I need the weather.");
  EXPECT_EQ(recalled(cache, "key_a", round_two("call_1")), "I need the weather.");
}

TEST(ReasoningCache, KeepsCallersApart) {
  ReasoningCache cache(1000);
  cache.remember("key_a", "call_1", "secret");
  EXPECT_EQ(recalled(cache, "key_b", round_two("call_1")), "");
  EXPECT_EQ(recalled(cache, "", round_two("call_1")), "");
}

TEST(ReasoningCache, LeavesReasoningThatTheClientSentBack) {
  ReasoningCache cache(1000);
  cache.remember("k", "call_1", "ours");
  EXPECT_EQ(recalled(cache, "k", round_two("call_1", "theirs")), "theirs");
}

TEST(ReasoningCache, GivesEachThoughtOnceToARequest) {
  ReasoningCache cache(1000);
  cache.remember("k", "call_1", "long thoughts");
  canon::Request request = round_two("call_1");
  request.turns.push_back(request.turns.front());
  cache.recall("k", request);
  EXPECT_EQ(std::get<canon::AssistantTurn>(request.turns[0]).reasoning, "long thoughts");
  EXPECT_EQ(std::get<canon::AssistantTurn>(request.turns[1]).reasoning, "");
}

TEST(ReasoningCache, ForgetsTheOldestWhenFull) {
  ReasoningCache cache(60);
  cache.remember("k", "call_1", std::string(20, 'a'));
  cache.remember("k", "call_2", std::string(20, 'b'));
  cache.remember("k", "call_3", std::string(40, 'c'));
  EXPECT_EQ(recalled(cache, "k", round_two("call_1")), "");
  EXPECT_EQ(recalled(cache, "k", round_two("call_3")), std::string(40, 'c'));
  cache.remember("k", "call_4", std::string(100, 'd'));
  EXPECT_EQ(recalled(cache, "k", round_two("call_4")), "");
}

}  // namespace
}  // namespace trilogue::serve
