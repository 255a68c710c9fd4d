#include "admission/redis/rules.h"

#include <gtest/gtest.h>

#include "admission/redis/inspection.h"
#include "admission/redis/store_testing.h"

namespace trilogue::admission::redis {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;  // milliseconds

class RulesTest : public testing::Test {
 protected:
  RulesTest() {
    at(kStart);
    store_.say(rules_.enter(kLease, "", {}));
  }

  void at(std::int64_t now) { store_.say({"SET", "now", std::to_string(now)}); }
  wire::RespValue run(Words words) {
    auto answer = store_.say(words);
    const auto* const error = std::get_if<wire::RespError>(&answer.what);
    if (error != nullptr && error->message.starts_with("NOSCRIPT")) return store_.say(rules_.in_full(words));
    return answer;
  }
  Decision decide(Words words) {
    const auto decision = read_decision(run(std::move(words)));
    EXPECT_TRUE(decision);
    return decision.value_or(Decision{});
  }
  Decision begin(const Limits& key, const Limits& account = {}, const std::string& lease = kLease) {
    return decide(rules_.begin(lease, {"one", "all", key, account}));
  }
  Decision charge(std::int64_t tokens, const Limits& key, const Limits& account = {}) {
    return decide(rules_.charge(kLease, {"one", "all", key, account}, tokens));
  }
  std::vector<Use> note(std::int64_t number, std::int64_t tokens, std::int64_t age, const Limits& key) {
    const auto uses = read_uses(run(rules_.note("server", number, {{{"one", "all", key, {}}, tokens, age}})));
    EXPECT_TRUE(uses);
    return uses.value_or(std::vector<Use>(1));
  }
  std::int64_t entries(const char* what) { return store_.number({"LLEN", what}); }

  inline static const std::string kLease = "lease";
  TestStore store_;
  const Rules rules_{"return tonumber(redis.call('GET', 'now'))"};
};

constexpr Limits kRequests(std::int64_t limit) {
  return {std::nullopt, limit, std::nullopt};
}
constexpr Limits kTokens(std::int64_t limit) {
  return {std::nullopt, std::nullopt, limit};
}
constexpr Limits kAtOnce(std::int64_t limit) {
  return {limit, std::nullopt, std::nullopt};
}

TEST_F(RulesTest, AMinuteIsExactToAMillisecond) {
  EXPECT_EQ(begin(kRequests(2)).verdict, Verdict::passed);
  at(kStart + 10'000);
  EXPECT_EQ(begin(kRequests(2)).use.key_requests, (MinuteUse{2, 60'001}));
  at(kStart + 20'000);
  const Decision refused = begin(kRequests(2));
  EXPECT_EQ(refused.verdict, Verdict::too_many_requests);
  EXPECT_EQ(refused.limit, 2);
  EXPECT_EQ(refused.wait_ms, 40'001);
  at(kStart + 60'000);
  EXPECT_EQ(begin(kRequests(2)).verdict, Verdict::too_many_requests);
  at(kStart + 60'001);
  EXPECT_EQ(begin(kRequests(2)).verdict, Verdict::passed);
}

TEST_F(RulesTest, ARefusedRequestCountsNowhere) {
  EXPECT_EQ(begin({5, 5, {}}, kRequests(1)).verdict, Verdict::passed);
  const Decision refused = begin({5, 5, {}}, kRequests(1));
  EXPECT_EQ(refused.verdict, Verdict::too_many_requests);
  EXPECT_EQ(refused.use.key_requests.used, 1);
  EXPECT_EQ(store_.say({"HGET", "trilogue:k:one:places", kLease}), wire::RespValue{std::string("1")});
}

// Against a plain count of everything that happened, also where the rules look for the moment of room.
TEST_F(RulesTest, CountAsAListOfAllWouldCount) {
  struct Happened {
    std::int64_t at, amount;
  };
  std::vector<Happened> all;
  const auto sum_at = [&all](std::int64_t now) {
    std::int64_t sum = 0;
    for (const auto& one : all) sum += one.at + 60'000 >= now ? one.amount : 0;
    return sum;
  };
  std::uint64_t seed = 7;
  std::int64_t now = kStart;
  constexpr std::int64_t kLimit = 1300;
  int refusals = 0;
  for (int i = 0; i < 3000; ++i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    now += static_cast<std::int64_t>((seed >> 33) % (i % 500 == 0 ? 70'000 : 200));
    const auto amount = static_cast<std::int64_t>((seed >> 50) % 9);
    at(now);
    const Decision decision = charge(amount, kTokens(kLimit));
    const bool fits = sum_at(now) + amount <= kLimit;
    ASSERT_EQ(decision.verdict, fits ? Verdict::passed : Verdict::too_many_tokens) << i;
    if (fits) all.push_back({now, amount});
    ASSERT_EQ(decision.use.key_tokens.used, sum_at(now)) << i;
    if (fits) continue;
    ++refusals;
    ASSERT_LE(sum_at(now + decision.wait_ms) + amount, kLimit) << "who waits for so long gets in";
    ASSERT_GT(sum_at(now + decision.wait_ms - 1) + amount, kLimit) << "and no sooner";
  }
  EXPECT_GT(refusals, 100);
  EXPECT_LE(entries("trilogue:k:one:tokens"), 601) << "one entry for a millisecond, and one that is past";
}

TEST_F(RulesTest, ABusyKeyKeepsOneEntryForAMillisecond) {
  for (int i = 0; i < 50; ++i) begin(kRequests(200'000));
  EXPECT_EQ(entries("trilogue:k:one:requests"), 2);
  EXPECT_GT(store_.number({"PTTL", "trilogue:k:one:requests"}), 60'000) << "and is forgotten with the time";
}

TEST_F(RulesTest, WhatIsNotLimitedIsNotKept) {
  EXPECT_EQ(begin(kRequests(5)).verdict, Verdict::passed);
  EXPECT_EQ(charge(10, kRequests(5)).verdict, Verdict::passed);
  EXPECT_EQ(store_.number({"EXISTS", "trilogue:k:one:tokens", "trilogue:k:one:places",
                           "trilogue:a:all:requests", "trilogue:a:all:tokens", "trilogue:a:all:places"}),
            0);
}

TEST_F(RulesTest, APromptIsChargedWholeOrNotAtAll) {
  EXPECT_EQ(charge(60, kTokens(100), kTokens(90)).verdict, Verdict::passed);
  at(kStart + 5'000);
  const Decision refused = charge(31, kTokens(100), kTokens(90));
  EXPECT_EQ(refused.verdict, Verdict::too_many_tokens);
  EXPECT_EQ(refused.limit, 90);
  EXPECT_EQ(refused.wait_ms, 55'001);
  EXPECT_EQ(refused.use.key_tokens.used, 60);
  EXPECT_EQ(charge(30, kTokens(100), kTokens(90)).verdict, Verdict::passed);
  EXPECT_EQ(charge(101, kTokens(100)).verdict, Verdict::never_fits);
}

TEST_F(RulesTest, WhatWasWrittenIsCountedAlsoBeyondTheLimitAndOnce) {
  EXPECT_EQ(note(1, 150, 0, kTokens(100)).front().key_tokens.used, 150);
  EXPECT_EQ(note(1, 150, 0, kTokens(100)).front().key_tokens.used, 150) << "the same letter again";
  EXPECT_EQ(charge(1, kTokens(100)).verdict, Verdict::too_many_tokens);
  EXPECT_EQ(note(2, 5, 0, kTokens(100)).front().key_tokens.used, 155);
}

TEST_F(RulesTest, WhatIsToldLateCountsFromWhenItWasWritten) {
  at(kStart + 50'000);
  EXPECT_EQ(note(1, 7, 50'000, kTokens(100)).front().key_tokens, (MinuteUse{7, 10'001}));
  EXPECT_EQ(note(2, 9, 61'000, kTokens(100)).front().key_tokens.used, 7) << "a minute past";
  EXPECT_EQ(note(3, 1, 0, kTokens(100)).front().key_tokens, (MinuteUse{8, 60'001}));
  at(kStart + 60'001);
  EXPECT_EQ(note(4, 1, 0, kTokens(100)).front().key_tokens.used, 2);
}

TEST_F(RulesTest, PlacesAreGivenBackOnce) {
  EXPECT_EQ(begin(kAtOnce(1)).verdict, Verdict::passed);
  EXPECT_EQ(begin(kAtOnce(1)).verdict, Verdict::too_many_at_once);
  for (int i = 0; i < 3; ++i) run(rules_.end(kLease, {"one", "all", kAtOnce(1), {}}));
  EXPECT_EQ(begin(kAtOnce(1)).verdict, Verdict::passed);
  EXPECT_EQ(begin(kAtOnce(1)).verdict, Verdict::too_many_at_once);
}

TEST_F(RulesTest, ALeaseThatEndsGivesItsPlacesBack) {
  store_.say(rules_.enter("other", "", {{"trilogue:k:one:places", 2}}));
  EXPECT_EQ(begin(kAtOnce(2)).verdict, Verdict::too_many_at_once);
  store_.say(Rules::leave("other"));
  EXPECT_EQ(begin(kAtOnce(2)).verdict, Verdict::passed);
  EXPECT_EQ(begin(kAtOnce(2), {}, "other").verdict, Verdict::lease_is_gone) << "and takes no more";
  EXPECT_EQ(store_.number({"HLEN", "trilogue:k:one:places"}), 1);
}

TEST_F(RulesTest, ANewLeaseTakesOverWhatRuns) {
  EXPECT_EQ(begin(kAtOnce(2)).verdict, Verdict::passed);
  store_.say(rules_.enter("next", kLease, {{"trilogue:k:one:places", 1}}));
  EXPECT_EQ(begin(kAtOnce(2), {}, "next").verdict, Verdict::passed);
  EXPECT_EQ(begin(kAtOnce(2), {}, "next").verdict, Verdict::too_many_at_once);
  EXPECT_GT(store_.number(Rules::renew("next")), 0);
  EXPECT_EQ(store_.number(Rules::renew(kLease)), 0);
}

TEST_F(RulesTest, AClockThatIsSetBackLocksNobodyOut) {
  EXPECT_EQ(begin(kRequests(1)).verdict, Verdict::passed);
  at(kStart - 1'000);
  EXPECT_EQ(begin(kRequests(1)).verdict, Verdict::too_many_requests);
  at(kStart - 3'600'000);
  EXPECT_EQ(begin(kRequests(1)).verdict, Verdict::passed);
}

TEST_F(RulesTest, TheStoresOwnClockIsUsedWhereNoOtherIsGiven) {
  const Rules rules;
  const auto words = rules.in_full(rules.begin(kLease, {"one", "all", kRequests(1), {}}));
  EXPECT_EQ(decide(words).verdict, Verdict::passed);
  const Decision refused = decide(words);
  EXPECT_EQ(refused.verdict, Verdict::too_many_requests);
  EXPECT_GT(refused.wait_ms, 50'000);
}

TEST(Inspection, SaysWhatTheStoreIs) {
  TestStore store("opensesame");
  auto found = inspect(store.address());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->program.starts_with("Redis ") || found->program.starts_with("Valkey "))
      << found->program;
  EXPECT_FALSE(found->is_cluster || found->may_forget);
  EXPECT_TRUE(found->takes_scripts);
  store.say({"CONFIG", "SET", "maxmemory", "100mb"});
  store.say({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  EXPECT_TRUE(inspect(store.address())->may_forget);
  EXPECT_TRUE(read_info("redis_version:7.0.1\r\nredis_mode:cluster\r\n").is_cluster);
  store.say({"ACL", "SETUSER", "poor", "on", ">word", "+info", "+ping", "~*"});
  Address poor = store.address();
  poor.user = "poor";
  poor.password = base::Secret("word");
  found = inspect(poor);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_FALSE(found->takes_scripts);
  poor.password = base::Secret("wrong");
  EXPECT_NE(inspect(poor).error().message.find("WRONGPASS"), std::string::npos);
  store.stop();
  EXPECT_FALSE(inspect(poor));
}

TEST(Rules, AnswersThatNoScriptGivesAreRefused) {
  using wire::RespValue;
  EXPECT_FALSE(read_decision({std::string("OK")}));
  EXPECT_FALSE(read_decision({RespValue::List(11)}));
  EXPECT_FALSE(read_decision({RespValue::List(11, RespValue{std::int64_t{6}})}));
  EXPECT_FALSE(read_decision({RespValue::List(10, RespValue{std::int64_t{0}})}));
  EXPECT_FALSE(read_uses({RespValue::List(9, RespValue{std::int64_t{0}})}));
}

}  // namespace
}  // namespace trilogue::admission::redis
