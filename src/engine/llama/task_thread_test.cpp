#include "engine/llama/task_thread.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

namespace trilogue::engine::llama {
namespace {

namespace asio = boost::asio;

struct Outcome {
  int value = 0;
  std::string thrown;
  std::thread::id resumed_on;
};

asio::awaitable<void> await_work(TaskThread& thread, std::function<int()> work, Outcome& outcome) {
  try {
    outcome.value = co_await run_on(thread, std::move(work));
  } catch (const std::exception& error) {
    outcome.thrown = error.what();
  }
  outcome.resumed_on = std::this_thread::get_id();
}

Outcome done_on(TaskThread& thread, std::function<int()> work) {
  asio::io_context io;
  Outcome outcome;
  asio::co_spawn(io, await_work(thread, std::move(work), outcome), asio::detached);
  io.run();
  return outcome;
}

TEST(TaskThread, WorksElsewhereAndResumesTheCallerAtHome) {
  TaskThread thread;
  std::thread::id worked_on;
  const auto outcome = done_on(thread, [&] {
    worked_on = std::this_thread::get_id();
    return 7;
  });
  EXPECT_EQ(outcome.value, 7);
  EXPECT_EQ(outcome.resumed_on, std::this_thread::get_id());
  EXPECT_NE(worked_on, std::this_thread::get_id());
}

TEST(TaskThread, GivesABugToWhoAwaitsItAndGoesOn) {
  TaskThread thread;
  const auto broken = done_on(thread, []() -> int { throw std::logic_error("a bug"); });
  EXPECT_EQ(broken.thrown, "a bug");
  EXPECT_EQ(done_on(thread, [] { return 7; }).value, 7);
}

}  // namespace
}  // namespace trilogue::engine::llama
