#include "admission/meter.h"

#include <gtest/gtest.h>

namespace trilogue::admission {
namespace {

using base::FailureKind;
using namespace std::chrono_literals;

constexpr base::SteadyTime kStart = base::SteadyTime(100s);

TEST(SlidingMinute, ForgetsWhatIsAMinutePast) {
  SlidingMinute minute;
  minute.add(kStart, 3);
  minute.add(kStart + 30s, 4);
  EXPECT_EQ(minute.sum(kStart + 60s), 7);
  EXPECT_EQ(minute.sum(kStart + 60s + 1ms), 4);
  EXPECT_EQ(minute.sum(kStart + 90s + 1ms), 0);
}

TEST(SlidingMinute, TellsWhenThereIsRoomAgain) {
  SlidingMinute minute;
  minute.add(kStart, 3);
  minute.add(kStart + 30s, 4);
  EXPECT_EQ(minute.falls_to(kStart + 31s, 7), kStart + 31s);
  EXPECT_EQ(minute.falls_to(kStart + 31s, 4), kStart + 60s + 1ms);
  EXPECT_EQ(minute.falls_to(kStart + 31s, 0), kStart + 90s + 1ms);
  EXPECT_EQ(minute.sum(minute.falls_to(kStart + 31s, 4)), 4) << "who comes then is not too early";
}

TEST(SlidingMinute, TakesTimesThatComeInTheWrongOrder) {
  SlidingMinute minute;
  minute.add(kStart + 10ms, 1);
  minute.add(kStart, 1);
  EXPECT_EQ(minute.sum(kStart), 2);
  EXPECT_EQ(minute.sum(kStart + 60s + 11ms), 0);
}

// Against a plain count of everything that happened.
TEST(SlidingMinute, CountsAsAListOfAllWouldCount) {
  SlidingMinute minute;
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  std::uint64_t seed = 7;
  std::int64_t now = 0;
  for (int i = 0; i < 3000; ++i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    now += static_cast<std::int64_t>((seed >> 33) % 200);
    const auto amount = static_cast<std::int64_t>((seed >> 50) % 5);
    minute.add(kStart + std::chrono::milliseconds(now), amount);
    all.emplace_back(now, amount);
    std::int64_t expected = 0;
    for (const auto& [at, what] : all) expected += at + 60'000 >= now ? what : 0;
    ASSERT_EQ(minute.sum(kStart + std::chrono::milliseconds(now)), expected) << i;
  }
}

class MeterTest : public testing::Test {
 protected:
  MeterPair both() { return {key_, account_}; }
  Meter key_{0, 0};
  Meter account_{0, 0};
};

TEST_F(MeterTest, ASpentBudgetRefusesUntilItIsRaised) {
  key_.set({}, {10, std::nullopt});
  EXPECT_TRUE(both().charge(kStart, 10));
  EXPECT_EQ(both().begin(kStart).error().kind, FailureKind::quota_exceeded);
  key_.set({}, {11, std::nullopt});
  EXPECT_TRUE(both().begin(kStart));
  account_.set({}, {std::nullopt, 5});
  both().note(kStart, 0, 5);
  EXPECT_EQ(both().begin(kStart).error().kind, FailureKind::quota_exceeded);
}

TEST_F(MeterTest, KnowsWhatWasUsedInItsLife) {
  EXPECT_TRUE(both().begin(kStart));
  EXPECT_TRUE(both().charge(kStart, 90));
  both().note(kStart + 1s, 10, 7);
  const MeterReading reading = account_.reading(kStart + 70s);
  EXPECT_EQ(reading.running, 1);
  EXPECT_EQ(reading.minute_requests, 0);
  EXPECT_EQ(reading.tokens, 100);
  EXPECT_EQ(reading.cost, 7);
}

TEST_F(MeterTest, LimitsThatAStoreCountsRefuseNothingHere) {
  key_.set({1, 1, 1}, {5, std::nullopt}, LimitsCounted::in_the_store);
  EXPECT_EQ(key_.limits_in_the_store(), (Limits{1, 1, 1}));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(both().begin(kStart));
  EXPECT_FALSE(both().state(kStart).requests) << "and no header tells of them";
  EXPECT_TRUE(both().charge(kStart, 5));
  EXPECT_EQ(both().begin(kStart).error().kind, FailureKind::quota_exceeded) << "but the budget does";
  key_.set({1, 1, 1}, {});
  EXPECT_FALSE(key_.limits_in_the_store().any());
}

TEST(Tier, PublishedLimits) {
  EXPECT_EQ(limits_of(Tier::v0), (Limits{5, 10, 5'000'000}));
  EXPECT_EQ(limits_of(Tier::v5), (Limits{10'000, 200'000, 100'000'000}));
  EXPECT_FALSE(limits_of(Tier::local).any());
  store::Allowance own;
  own.requests_per_minute = 7;
  EXPECT_EQ(limits_of(Tier::v0, own), (Limits{5, 7, 5'000'000}));
}

}  // namespace
}  // namespace trilogue::admission
