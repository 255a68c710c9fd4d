// What the limits promise, wherever they are counted: the same cases for the meters of one server and for the
// store that several share.
#include <gtest/gtest.h>

#include <future>

#include "admission/meter.h"
#include "admission/redis/store_testing.h"
#include "admission/shared_limits.h"

namespace trilogue::admission {
namespace {

using base::FailureKind;
using base::Result;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

class Counting {
 public:
  Counting() = default;
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;
  virtual ~Counting() = default;

  virtual void set(Limits key, Limits account) = 0;
  virtual void at(milliseconds now) = 0;
  virtual Result<void> begin() = 0;
  virtual void end() = 0;  // the one that began last
  virtual Result<void> charge(std::int64_t tokens) = 0;
  virtual void write_and_end(std::int64_t tokens) = 0;
  virtual RateState state() = 0;  // after the last answer
};

class Here final : public Counting {
 public:
  void set(Limits key, Limits account) override {
    key_.set(key, {});
    account_.set(account, {});
  }
  void at(milliseconds now) override { now_ = base::SteadyTime(100s + now); }
  Result<void> begin() override { return both().begin(now_); }
  void end() override { both().end(); }
  Result<void> charge(std::int64_t tokens) override { return both().charge(now_, tokens); }
  void write_and_end(std::int64_t tokens) override {
    both().note(now_, tokens, 0);
    both().end();
  }
  RateState state() override { return both().state(now_); }

 private:
  MeterPair both() { return {key_, account_}; }
  Meter key_{0, 0};
  Meter account_{0, 0};
  base::SteadyTime now_{100s};
};

class InTheStore final : public Counting {
 public:
  InTheStore() { at(0ms); }

  void set(Limits key, Limits account) override { counted_ = {"key", "account", key, account}; }
  void at(milliseconds now) override {
    const auto count = std::chrono::duration_cast<milliseconds>(100s + now).count();
    store_.say({"SET", "now", std::to_string(count)});
  }
  Result<void> begin() override {
    std::promise<Result<SharedAnswer>> promise;
    limits_.begin(counted_, [&promise](auto answer) { promise.set_value(std::move(answer)); });
    auto answer = promise.get_future().get();
    if (!answer) return base::fail(answer.error());
    rates_ = answer->rates;
    if (!answer->place) return base::fail(answer->place.error());
    places_.push_back(*answer->place);
    return {};
  }
  void end() override {
    places_.back()->end();
    places_.pop_back();
  }
  Result<void> charge(std::int64_t tokens) override {
    std::promise<Result<void>> promise;
    limits_.charge(places_.back(), tokens, [&promise](auto answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }
  void write_and_end(std::int64_t tokens) override {
    places_.back()->note(tokens);
    end();
  }
  RateState state() override { return rates_->state(std::chrono::steady_clock::now()); }

 private:
  redis::TestStore store_;
  const base::Log log_{base::LogLevel::error};
  SharedLimits limits_{store_.address(), "server", log_, "return tonumber(redis.call('GET', 'now'))"};
  redis::Counted counted_{"key", "account", {}, {}};
  std::vector<std::shared_ptr<SharedPlace>> places_;
  std::shared_ptr<const SharedRates> rates_;
};

class CountingTest : public testing::TestWithParam<LimitsCounted> {
 protected:
  CountingTest() {
    if (GetParam() == LimitsCounted::here) {
      counting_ = std::make_unique<Here>();
    } else {
      counting_ = std::make_unique<InTheStore>();
    }
  }
  Counting& limits() { return *counting_; }

 private:
  std::unique_ptr<Counting> counting_;
};

INSTANTIATE_TEST_SUITE_P(Limits, CountingTest,
                         testing::Values(LimitsCounted::here, LimitsCounted::in_the_store),
                         [](const auto& which) {
                           return which.param == LimitsCounted::here ? "here" : "in_the_store";
                         });

TEST_P(CountingTest, RefusesOneMoreThanTheMinuteHoldsAndSaysWhenToCome) {
  limits().set({std::nullopt, 2, std::nullopt}, {});
  EXPECT_TRUE(limits().begin());
  limits().at(10s);
  EXPECT_TRUE(limits().begin());
  limits().at(20s);
  const auto refused = limits().begin();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::rate_limited);
  EXPECT_EQ(refused.error().message, "Too many requests: the limit is 2 in a minute");
  EXPECT_EQ(refused.error().retry_after, 41s);
  limits().at(60s);
  EXPECT_FALSE(limits().begin());
  limits().at(60s + 1ms);
  EXPECT_TRUE(limits().begin()) << "exact to a millisecond";
}

TEST_P(CountingTest, ARefusedRequestCountsNowhere) {
  limits().set({1, 2, std::nullopt}, {std::nullopt, 1, std::nullopt});
  EXPECT_TRUE(limits().begin());
  limits().end();
  EXPECT_FALSE(limits().begin());
  limits().set({1, 2, std::nullopt}, {});
  EXPECT_TRUE(limits().begin()) << "neither among those at once nor in the minute of the key";
  EXPECT_FALSE(limits().begin());
}

TEST_P(CountingTest, ConcurrencyIsGivenBack) {
  limits().set({1, std::nullopt, std::nullopt}, {});
  EXPECT_TRUE(limits().begin());
  const auto refused = limits().begin();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Too many requests at once: the limit is 1");
  EXPECT_EQ(refused.error().retry_after, 1s);
  limits().end();
  EXPECT_TRUE(limits().begin());
}

TEST_P(CountingTest, ChargesAPromptWholeOrNotAtAll) {
  limits().set({std::nullopt, std::nullopt, 100}, {});
  EXPECT_TRUE(limits().begin());
  EXPECT_TRUE(limits().charge(60));
  limits().at(5s);
  const auto refused = limits().charge(41);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Too many tokens: the limit is 100 in a minute");
  EXPECT_EQ(refused.error().retry_after, 56s);
  EXPECT_TRUE(limits().charge(40));
  limits().at(200s);
  const auto never = limits().charge(101);
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().kind, FailureKind::rate_limited);
  EXPECT_EQ(never.error().message, "The prompt has 101 tokens, and the limit is 100 in a minute");
}

TEST_P(CountingTest, WhatWasWrittenIsCountedAlsoBeyondTheLimit) {
  limits().set({std::nullopt, std::nullopt, 100}, {});
  EXPECT_TRUE(limits().begin());
  EXPECT_TRUE(limits().charge(90));
  limits().at(1s);
  limits().write_and_end(50);
  limits().at(2s);
  EXPECT_TRUE(limits().begin());
  EXPECT_EQ(limits().state().tokens->remaining, 0);
  EXPECT_FALSE(limits().charge(1));
  limits().at(62s);
  EXPECT_TRUE(limits().charge(1));
}

TEST_P(CountingTest, StateIsThatOfTheTighterLimit) {
  limits().set({std::nullopt, 10, std::nullopt}, {std::nullopt, 3, 500});
  EXPECT_TRUE(limits().begin());
  limits().at(20s);
  EXPECT_TRUE(limits().begin());
  const RateState state = limits().state();
  EXPECT_EQ(state.requests->limit, 3);
  EXPECT_EQ(state.requests->remaining, 1);
  EXPECT_LE(state.requests->reset, 60s + 1ms) << "until all of it is there again";
  EXPECT_GT(state.requests->reset, 40s + 1ms);
  EXPECT_EQ(state.tokens->remaining, 500);
  EXPECT_EQ(state.tokens->reset, 0ms);
}

}  // namespace
}  // namespace trilogue::admission
