#include "engine/llama/task_thread.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <stdexcept>

namespace trilogue::engine::llama {
namespace {

namespace asio = boost::asio;
using Work = Job<int>::Work;

struct Outcome {
  std::optional<base::Result<int>> result;
  std::string thrown;
  std::thread::id resumed_on;
};

asio::awaitable<void> await_work(TaskThread& thread, Patience patience, Work work, Outcome& outcome) {
  try {
    outcome.result = co_await run_on<int>(thread, std::move(patience), std::move(work));
  } catch (const std::exception& error) {
    outcome.thrown = error.what();
  }
  outcome.resumed_on = std::this_thread::get_id();
}

Outcome done_on(TaskThread& thread, Work work, Patience patience = {}) {
  asio::io_context io;
  Outcome outcome;
  asio::co_spawn(io, await_work(thread, std::move(patience), std::move(work), outcome), asio::detached);
  io.run();
  return outcome;
}

Work giving(int value) {
  return [value](const StillWanted&) { return base::Result<int>(value); };
}

Patience in_a_moment() {
  return {std::chrono::steady_clock::now() + std::chrono::milliseconds(1), {}};
}

// Keeps a thread busy until the test lets go of it.
class Busy final {
 public:
  explicit Busy(TaskThread& thread) {
    thread.post([this, go = go_.get_future().share()] {
      begun_.set_value();
      go.wait();
    });
    begun_.get_future().wait();
  }
  ~Busy() { go_.set_value(); }

 private:
  std::promise<void> begun_;
  std::promise<void> go_;
};

TEST(TaskThread, WorksElsewhereAndResumesTheCallerAtHome) {
  TaskThread thread;
  std::thread::id worked_on;
  const auto outcome = done_on(thread, [&](const StillWanted& wanted) {
    EXPECT_TRUE(wanted());
    worked_on = std::this_thread::get_id();
    return base::Result<int>(7);
  });
  EXPECT_EQ(outcome.result.value(), 7);
  EXPECT_EQ(outcome.resumed_on, std::this_thread::get_id());
  EXPECT_NE(worked_on, std::this_thread::get_id());
}

TEST(TaskThread, GivesABugToWhoAwaitsItAndGoesOn) {
  TaskThread thread;
  const auto broken =
      done_on(thread, [](const StillWanted&) -> base::Result<int> { throw std::logic_error("a bug"); });
  EXPECT_EQ(broken.thrown, "a bug");
  EXPECT_EQ(done_on(thread, giving(7)).result.value(), 7);
}

TEST(TaskThread, SkipsWhatIsTooLateWhenItsTurnComes) {
  bool worked = false;
  const auto held = std::make_shared<int>(7);
  const std::weak_ptr<int> watched = held;
  TaskThread thread;
  {
    const Busy busy(thread);
    Work work = [&worked, held = held](const StillWanted&) {
      return worked = true, base::Result<int>(*held);
    };
    const auto outcome = done_on(thread, std::move(work), in_a_moment());
    EXPECT_EQ(outcome.result->error().kind, base::FailureKind::deadline);
    EXPECT_EQ(held.use_count(), 1) << "what it held is free before its turn comes";
  }
  EXPECT_EQ(done_on(thread, giving(8)).result.value(), 8);
  EXPECT_FALSE(worked);
}

TEST(TaskThread, SkipsWhatItsCallerLeft) {
  bool worked = false;
  TaskThread thread;
  {
    const Busy busy(thread);
    Patience patience;
    patience.on_wait = [](const std::function<void()>& leave) { leave(); };
    const auto outcome = done_on(
        thread, [&worked](const StillWanted&) { return worked = true, base::Result<int>(7); }, patience);
    EXPECT_EQ(outcome.result->error().kind, base::FailureKind::cancelled);
  }
  EXPECT_EQ(done_on(thread, giving(8)).result.value(), 8);
  EXPECT_FALSE(worked);
}

TEST(TaskThread, TellsWorkThatNobodyWaitsForItAnyMore) {
  TaskThread thread;
  std::promise<void> begun;
  std::promise<void> left;
  std::promise<bool> wanted_after;
  asio::io_context io;
  Outcome outcome;
  std::function<void()> leave;
  Patience patience;
  patience.on_wait = [&](std::function<void()> offered) { leave = std::move(offered); };
  Work work = [&](const StillWanted& wanted) {
    begun.set_value();
    left.get_future().wait();
    wanted_after.set_value(wanted());
    return base::Result<int>(7);
  };
  asio::co_spawn(io, await_work(thread, patience, std::move(work), outcome), asio::detached);
  io.poll();
  begun.get_future().wait();
  leave();
  io.run();
  left.set_value();
  EXPECT_FALSE(wanted_after.get_future().get());
  EXPECT_EQ(outcome.result->error().kind, base::FailureKind::cancelled);
}

// The sanitizers' part of this test: work that ends after the loop of its caller must not reach for it.
TEST(TaskThread, WorkMayOutliveTheLoopOfItsCaller) {
  TaskThread thread;
  Outcome outcome;
  {
    const Busy busy(thread);
    asio::io_context io;
    asio::co_spawn(io, await_work(thread, {}, giving(7), outcome), asio::detached);
    io.poll();
  }
  EXPECT_EQ(done_on(thread, giving(8)).result.value(), 8);
  EXPECT_FALSE(outcome.result);
}

TEST(TaskThread, WorkMayEndWhileTheLoopOfItsCallerDoes) {
  TaskThread thread;
  for (int i = 0; i < 200; ++i) {
    Outcome outcome;
    asio::io_context io;
    asio::co_spawn(io, await_work(thread, {}, giving(7), outcome), asio::detached);
    io.poll();
  }
  EXPECT_EQ(done_on(thread, giving(8)).result.value(), 8);
}

}  // namespace
}  // namespace trilogue::engine::llama
