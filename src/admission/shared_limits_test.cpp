#include "admission/shared_limits.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>

#include "admission/redis/notebook.h"
#include "admission/redis/store_testing.h"

namespace trilogue::admission {
namespace {

using base::FailureKind;
using redis::Counted;
using redis::TestStore;
using namespace std::chrono_literals;

using Place = std::shared_ptr<SharedPlace>;

Counted limited(Limits key, Limits account = {}) {
  return {"one", "all", key, account};
}
const Counted kOneAtOnce = limited({1, {}, {}});
const Counted kThousandTokens = limited({{}, {}, 1000});

// A server, as far as its limits go.
class TestServer final {
 public:
  TestServer(const redis::Address& address, std::string name, std::string_view clock = redis::kStoreClock)
      : limits_(address, std::move(name), log_, clock) {}

  base::Result<SharedAnswer> ask(const Counted& counted) {
    std::promise<base::Result<SharedAnswer>> promise;
    limits_.begin(counted, [&promise](auto answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }
  base::Result<Place> begin(const Counted& counted) {
    auto answer = ask(counted);
    if (!answer) return base::fail(answer.error());
    return answer->place;
  }
  base::Result<void> charge(const Place& place, std::int64_t tokens) {
    std::promise<base::Result<void>> promise;
    limits_.charge(place, tokens, [&promise](auto answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }
  // The place, once the store answers again.
  base::Result<Place> begin_when_back(const Counted& counted) {
    const auto until = std::chrono::steady_clock::now() + 20s;
    for (;;) {
      auto place = begin(counted);
      const bool away = !place && place.error().kind == FailureKind::unavailable;
      if (!away || std::chrono::steady_clock::now() > until) return place;
      std::this_thread::sleep_for(10ms);
    }
  }
  SharedLimits& operator*() { return limits_; }
  std::string said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }

 private:
  std::mutex mutex_;
  std::string said_;
  const base::Log log_{base::LogLevel::info, [this](std::string_view line) {
                         const std::lock_guard lock(mutex_);
                         said_.append(line);
                       }};
  SharedLimits limits_;
};

class SharedLimitsTest : public testing::Test {
 protected:
  TestStore store_;
  TestServer a_{store_.address(), "a"};
  TestServer b_{store_.address(), "b"};
};

TEST_F(SharedLimitsTest, TwoServersCountTogether) {
  auto first = a_.begin(kOneAtOnce);
  ASSERT_TRUE(first) << first.error().message;
  const auto refused = b_.begin(kOneAtOnce);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::rate_limited);
  EXPECT_EQ(refused.error().message, "Too many requests at once: the limit is 1");
  (*first)->end();
  ASSERT_TRUE(a_.begin(limited({1, {}, {}}))) << "what is given back is free";
}

TEST_F(SharedLimitsTest, TheAnswerTellsHowThingsStand) {
  const Counted counted = limited({{}, 2, 1000}, {{}, 10, 50});
  auto answer = a_.ask(counted);
  ASSERT_TRUE(answer && answer->place);
  ASSERT_TRUE(a_.charge(*answer->place, 30));
  const auto now = std::chrono::steady_clock::now();
  const RateState state = answer->rates->state(now);
  EXPECT_EQ(state.requests->limit, 2);
  EXPECT_EQ(state.requests->remaining, 1);
  EXPECT_EQ(state.tokens->limit, 50);
  EXPECT_EQ(state.tokens->remaining, 20);
  EXPECT_GT(state.tokens->reset, 55s);
  EXPECT_LE(answer->rates->state(now + 50s).tokens->reset, 11s) << "later there is less to wait for";
  EXPECT_TRUE(b_.begin(counted));
  answer = b_.ask(counted);
  ASSERT_TRUE(answer);
  ASSERT_FALSE(answer->place);
  EXPECT_GE(answer->place.error().retry_after, 50s);
  EXPECT_EQ(answer->rates->state(now).requests->remaining, 0) << "also to who is refused";
}

TEST_F(SharedLimitsTest, WhatIsWrittenCountsOnBothWhileItRuns) {
  auto place = a_.begin(kThousandTokens);
  ASSERT_TRUE(place);
  (*place)->note(900);
  const auto until = std::chrono::steady_clock::now() + 20s;
  while ((*place)->rates().state({}).tokens->remaining > 100 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(5ms);
  EXPECT_EQ((*place)->rates().state({}).tokens->remaining, 100) << "and the headers know";
  auto other = b_.begin(kThousandTokens);
  ASSERT_TRUE(other);
  const auto refused = b_.charge(*other, 101);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::rate_limited);
  EXPECT_TRUE(b_.charge(*other, 100));
}

TEST_F(SharedLimitsTest, TheRestIsToldAtTheEnd) {
  auto place = a_.begin(kThousandTokens);
  ASSERT_TRUE(place);
  (*place)->note(1000);
  (*place)->end();
  place = a_.begin(kThousandTokens);
  ASSERT_TRUE(place);
  EXPECT_FALSE(a_.charge(*place, 1));
}

TEST_F(SharedLimitsTest, ExactlyThePermittedNumberPassesInARace) {
  const Counted counted = limited({60, 100, {}});
  std::atomic<int> passed = 0;
  std::mutex mutex;
  std::vector<Place> places;
  const auto race = [&](TestServer& server) {
    for (int i = 0; i < 60; ++i) {
      if (auto place = server.begin(counted)) {
        ++passed;
        const std::lock_guard lock(mutex);
        places.push_back(*place);
      }
    }
  };
  {
    std::vector<std::jthread> racers;
    for (int i = 0; i < 4; ++i) racers.emplace_back([&, i] { race(i % 2 == 0 ? a_ : b_); });
  }
  EXPECT_EQ(passed, 60);
  for (const auto& place : places) place->end();
  {
    std::vector<std::jthread> racers;
    for (int i = 0; i < 4; ++i) racers.emplace_back([&, i] { race(i % 2 == 0 ? a_ : b_); });
  }
  EXPECT_EQ(passed, 100) << "of the minute";
}

// 1,000 keys, 50 requests of each, all at their limits and on both servers.
TEST_F(SharedLimitsTest, AThousandKeysAtTheirLimitsTakeNothingFromEachOther) {
  constexpr int kKeys = 1000;
  constexpr int kRequests = 50;
  struct Tally {
    std::atomic<int> passed = 0, refused = 0;
  };
  std::vector<Tally> tallies(kKeys);
  std::atomic<int> answered = 0;
  std::atomic<int> failed = 0;
  const auto ask = [&](TestServer& server, int key) {
    // Odd keys are limited to 25 at once, even ones to 10 requests in a minute, and all by their accounts.
    const Limits own = key % 2 == 1 ? Limits{25, {}, {}} : Limits{{}, 10, {}};
    const Counted counted{
        "key" + std::to_string(key), "of" + std::to_string(key / 10), own, {{}, 100'000, {}}};
    (*server).begin(counted, [&, key](const base::Result<SharedAnswer>& answer) {
      Tally& tally = tallies[static_cast<std::size_t>(key)];
      if (!answer) ++failed;
      if (answer) ++(answer->place ? tally.passed : tally.refused);
      ++answered;
    });
  };
  {
    std::vector<std::jthread> racers;
    for (int racer = 0; racer < 4; ++racer) {
      racers.emplace_back([&, racer] {
        for (int i = racer; i < kKeys * kRequests; i += 4) {
          ask(i / kKeys % 2 == 0 ? a_ : b_, i % kKeys);
          while (i - answered > 200) std::this_thread::yield();  // none waits so long that it fails
        }
      });
    }
  }
  while (answered < kKeys * kRequests) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(failed, 0);
  int wrong = 0;
  for (int key = 0; key < kKeys; ++key) {
    const Tally& tally = tallies[static_cast<std::size_t>(key)];
    const int permitted = key % 2 == 1 ? 25 : 10;
    wrong += tally.passed != permitted || tally.refused != kRequests - permitted ? 1 : 0;
  }
  EXPECT_EQ(wrong, 0) << "keys with a wrong number of requests admitted or refused";
}

TEST_F(SharedLimitsTest, AStoreThatForgetsTheScriptsOrEverythingIsToldAgain) {
  auto place = a_.begin(limited({2, {}, {}}));
  ASSERT_TRUE(place);
  store_.say({"SCRIPT", "FLUSH"});
  ASSERT_TRUE(a_.begin(limited({2, {}, {}})));
  EXPECT_FALSE(a_.begin(limited({2, {}, {}})));
  store_.say({"FLUSHALL"});
  store_.say({"SCRIPT", "FLUSH"});
  const auto refused = a_.begin(limited({2, {}, {}}));
  ASSERT_FALSE(refused) << "two run here still";
  EXPECT_EQ(refused.error().kind, FailureKind::rate_limited);
  (*place)->end();
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!a_.begin(limited({2, {}, {}}))) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << "given back once the script is known again";
    std::this_thread::sleep_for(5ms);
  }
}

TEST_F(SharedLimitsTest, AStoreThatIsAwayIsAClearFailureAndWhatRunsIsKnownAgain) {
  auto running = a_.begin(limited({2, {}, 1000}));
  ASSERT_TRUE(running);
  store_.stop();
  const auto began = std::chrono::steady_clock::now();
  const auto refused = b_.begin(kOneAtOnce);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::unavailable);
  EXPECT_EQ(refused.error().retry_after, 1s);
  EXPECT_FALSE(a_.charge(*running, 1));
  (*running)->note(600);
  store_.start();
  auto second = a_.begin_when_back(limited({2, {}, 1000}));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_FALSE(a_.begin(limited({2, {}, {}}))) << "two run here, and one of them since before";
  const auto until = std::chrono::steady_clock::now() + 20s;
  while ((*second)->rates().state({}).tokens->remaining > 400 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(5ms);
  EXPECT_FALSE(a_.charge(*second, 401)) << "what was written meanwhile is told";
  EXPECT_TRUE(a_.charge(*second, 400));
}

TEST_F(SharedLimitsTest, AStoreThatSaysNothingHoldsNobodyUpForLong) {
  ASSERT_TRUE(a_.begin(limited({5, {}, {}})));
  store_.pause();
  const auto began = std::chrono::steady_clock::now();
  const auto refused = a_.begin(limited({5, {}, {}}));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::unavailable);
  store_.resume();
  std::vector<Place> places;
  for (;;) {
    auto place = a_.begin_when_back(limited({5, {}, {}}));
    if (!place) break;
    places.push_back(*place);
  }
  EXPECT_EQ(places.size(), 4) << "the question that came too late counts for nothing";
}

TEST_F(SharedLimitsTest, AServerThatGoesGivesItsPlacesBack) {
  ASSERT_TRUE(a_.begin(kOneAtOnce));
  ASSERT_FALSE(b_.begin(kOneAtOnce));
  (*a_).close();
  EXPECT_TRUE(b_.begin(kOneAtOnce));
  const auto late = a_.begin(kOneAtOnce);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, FailureKind::unavailable);
}

TEST_F(SharedLimitsTest, ServersThatComeAndGoAreNoTrouble) {
  for (int i = 0; i < 5; ++i) {
    TestServer passing(store_.address(), "c" + std::to_string(i));
    ASSERT_TRUE(passing.begin(kOneAtOnce)) << "the one before has given it back";
  }
  EXPECT_TRUE(a_.begin(kOneAtOnce));
}

// Around the moments at which a clock of its own rings.
TEST_F(SharedLimitsTest, AServerGoesAtAnyMoment) {
  std::vector<std::jthread> servers;
  for (int i = 0; i < 60; ++i) {
    servers.emplace_back([this, i] {
      const auto closing = std::chrono::steady_clock::now() + 250ms + (i - 30) * 10us;
      TestServer server(store_.address(), "passing" + std::to_string(i));
      EXPECT_TRUE(server.begin(limited({100, {}, {}})));
      std::this_thread::sleep_until(closing);
      (*server).close();
    });
  }
}

TEST(SharedLimits, APasswordOpensAndAWrongOneIsInNoLog) {
  TestStore store("opensesame");
  TestServer right(store.address(), "right");
  EXPECT_TRUE(right.begin(kOneAtOnce));
  redis::Address address = store.address();
  address.password = base::Secret("hunter2hunter2");
  TestServer wrong(address, "wrong");
  EXPECT_EQ(wrong.begin(kOneAtOnce).error().kind, FailureKind::unavailable);
  EXPECT_NE(wrong.said().find("WRONGPASS"), std::string::npos) << wrong.said();
  EXPECT_EQ(wrong.said().find("hunter2"), std::string::npos);
}

TEST(SharedLimits, AStoreThatRefusesTheDatabaseIsNotThere) {
  TestStore store;
  redis::Address address = store.address();
  address.database = 99;
  TestServer server(address, "lost");
  EXPECT_EQ(server.begin(kOneAtOnce).error().kind, FailureKind::unavailable);
  std::this_thread::sleep_for(500ms);  // it tries again
  EXPECT_NE(server.said().find("out of range"), std::string::npos) << server.said();
  EXPECT_EQ(server.said().find("is there"), std::string::npos) << server.said();
}

TEST(SharedLimits, NobodyThereIsAFailureToo) {
  redis::Address nowhere;
  nowhere.place.file = "/nowhere/at/all";
  TestServer server(nowhere, "alone");
  EXPECT_EQ(server.begin(kOneAtOnce).error().kind, FailureKind::unavailable);
}

TEST(Notebook, TellsEverythingOnceAndNothingOfThePast) {
  redis::Notebook notebook;
  const base::SteadyTime start(100s);
  notebook.add(kThousandTokens, 5, start);
  notebook.add(kThousandTokens, 6, start + 10ms);
  notebook.add(kOneAtOnce, 7, start);
  auto letter = notebook.open_letter(start + 20ms);
  ASSERT_TRUE(letter);
  ASSERT_EQ(letter->notes.size(), 1) << "no limit counts the tokens of the other";
  EXPECT_EQ(letter->notes[0].tokens, 11);
  EXPECT_EQ(letter->notes[0].age_ms, 10);
  notebook.add(kThousandTokens, 8, start + 30ms);
  EXPECT_FALSE(notebook.open_letter(start + 30ms)) << "one at a time";
  notebook.close_letter(false);
  const auto again = notebook.open_letter(start + 40ms);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->number, letter->number);
  EXPECT_EQ(again->notes[0].tokens, 11) << "a letter stays as it was";
  notebook.close_letter(true);
  letter = notebook.open_letter(start + 50ms);
  ASSERT_TRUE(letter);
  EXPECT_GT(letter->number, again->number);
  EXPECT_EQ(letter->notes[0].tokens, 8);
  notebook.close_letter(true);
  notebook.add(kThousandTokens, 9, start);
  EXPECT_TRUE(notebook.open_letter(start + 60s));
  notebook.close_letter(true);
  notebook.add(kThousandTokens, 9, start);
  notebook.add(kThousandTokens, 1, start + 1s);
  notebook.add(kThousandTokens, 2, start + 70s);
  letter = notebook.open_letter(start + 75s);
  ASSERT_TRUE(letter);
  EXPECT_EQ(letter->notes.size(), 1);
}

}  // namespace
}  // namespace trilogue::admission
