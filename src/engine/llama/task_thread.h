// One thread that does one task after another, in order, and run_on(), which lets a coroutine await a task
// done there, within its patience. Destroying the thread does what is queued first: a task may look at a flag
// of its owner's to be brief.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/result.h"
#include "engine/patience.h"

namespace trilogue::engine::llama {

class TaskThread final {
 public:
  TaskThread();
  ~TaskThread();
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  void post(std::function<void()> task);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<std::function<void()>> tasks_;
  bool stopped_ = false;
  std::thread thread_;
};

// Work that somebody waits for. Shared by both threads; whoever waits gives it up when they go.
template <class T>
class Job final {
 public:
  using Work = std::function<base::Result<T>(const StillWanted&)>;

  Job(Work work, std::function<void()> wake) : work_(std::move(work)), wake_(std::move(wake)) {}

  // On the thread. Does nothing when it was given up before its turn came.
  void run() {
    const Work work = take_work();
    if (!work) return;
    std::optional<base::Result<T>> result;
    std::exception_ptr bug;
    try {
      result.emplace(work([this] { return wanted_.load(); }));
    } catch (...) {
      bug = std::current_exception();
    }
    {
      const std::scoped_lock lock(mutex_);
      if (!wanted_) return;
      result_ = std::move(result);
      bug_ = std::move(bug);
    }
    wake_();
  }

  // ---- where it is waited for ----

  // Frees at once what work that has not begun holds, and a result that nobody takes.
  void give_up() {
    Work work;
    std::optional<base::Result<T>> result;
    const std::scoped_lock lock(mutex_);
    wanted_ = false;
    work.swap(work_);
    result.swap(result_);
  }

  base::Result<T> take_result() {
    const std::scoped_lock lock(mutex_);
    if (bug_) std::rethrow_exception(std::exchange(bug_, nullptr));
    return std::move(*result_);
  }

 private:
  Work take_work() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(work_, {});
  }

  std::mutex mutex_;
  Work work_;
  std::function<void()> wake_;
  std::optional<base::Result<T>> result_;
  std::exception_ptr bug_;
  std::atomic<bool> wanted_ = true;
};

// Does `work` on the thread and resumes the caller on the caller's own executor, with its result, or with the
// failure that its patience ended: then the work is left out if it has not begun. The same where the waiting
// coroutine is destroyed: nothing is left that could reach its executor. An exception of the work, which is a
// bug, is thrown to the caller and spares the thread.
template <class T>
boost::asio::awaitable<base::Result<T>> run_on(TaskThread& thread, Patience patience,
                                               typename Job<T>::Work work) {
  boost::asio::any_io_executor home = co_await boost::asio::this_coro::executor;
  http::Wait wait(std::move(home));
  const auto job = std::make_shared<Job<T>>(std::move(work), wait.waker());
  const std::shared_ptr<void> on_leaving(nullptr, [job](void*) { job->give_up(); });
  const auto begin = [&thread, job] { thread.post([job] { job->run(); }); };
  auto waited = wait_for(wait, std::move(patience), begin);
  const auto done = co_await std::move(waited);
  if (!done) co_return base::fail(done.error());
  co_return job->take_result();
}

}  // namespace trilogue::engine::llama
