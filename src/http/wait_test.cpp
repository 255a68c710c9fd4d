#include "http/wait.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <optional>
#include <thread>

namespace trilogue::http {
namespace {

namespace asio = boost::asio;

constexpr auto kForEver = base::SteadyTime::max();

struct Waiting {
  std::function<void()> wake;
  std::function<void()> stop;
  std::optional<Wait::Outcome> outcome;
};

asio::awaitable<void> wait(Waiting& waiting, base::SteadyTime deadline) {
  asio::any_io_executor executor = co_await asio::this_coro::executor;
  Wait here(std::move(executor));
  waiting.wake = here.waker();
  waiting.stop = here.stopper();
  waiting.outcome = co_await here.until(deadline);
}

TEST(Wait, EndsWhenAnotherThreadWakesIt) {
  asio::io_context io;
  Waiting waiting;
  asio::co_spawn(io, wait(waiting, kForEver), asio::detached);
  io.poll();
  EXPECT_FALSE(waiting.outcome);
  std::thread(waiting.wake).join();
  io.run();
  EXPECT_EQ(waiting.outcome, Wait::Outcome::woken);
}

TEST(Wait, EndsAtItsDeadline) {
  asio::io_context io;
  Waiting waiting;
  asio::co_spawn(io, wait(waiting, std::chrono::steady_clock::now()), asio::detached);
  io.run();
  EXPECT_EQ(waiting.outcome, Wait::Outcome::late);
}

TEST(Wait, EndsWhenItIsStoppedAndTheFirstEndCounts) {
  asio::io_context io;
  Waiting waiting;
  asio::co_spawn(io, wait(waiting, kForEver), asio::detached);
  io.poll();
  waiting.stop();
  waiting.wake();
  io.run();
  EXPECT_EQ(waiting.outcome, Wait::Outcome::stopped);
}

TEST(Wait, KnowsWhatHappenedBeforeItBegan) {
  asio::io_context io;
  std::optional<Wait::Outcome> outcome;
  const auto woken_early = [&]() -> asio::awaitable<void> {
    asio::any_io_executor executor = co_await asio::this_coro::executor;
    Wait here(std::move(executor));
    here.waker()();
    outcome = co_await here.until(kForEver);
  };
  asio::co_spawn(io, woken_early, asio::detached);
  io.run();
  EXPECT_EQ(outcome, Wait::Outcome::woken);
}

// The sanitizers' part of this test: nothing may reach the loop that is gone.
TEST(Wait, MayBeWokenWhenItsLoopIsGone) {
  Waiting waiting;
  {
    asio::io_context io;
    asio::co_spawn(io, wait(waiting, kForEver), asio::detached);
    io.poll();
  }
  std::thread(waiting.wake).join();
  waiting.stop();
  EXPECT_FALSE(waiting.outcome);
}

TEST(Wait, MayBeWokenWhileItsLoopEnds) {
  for (int i = 0; i < 200; ++i) {
    Waiting waiting;
    auto io = std::make_unique<asio::io_context>();
    asio::co_spawn(*io, wait(waiting, kForEver), asio::detached);
    io->poll();
    std::thread waker(waiting.wake);
    io.reset();
    waker.join();
    EXPECT_FALSE(waiting.outcome);
  }
}

}  // namespace
}  // namespace trilogue::http
