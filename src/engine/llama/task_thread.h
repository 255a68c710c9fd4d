// One thread that does one task after another, in order, and run_on(), which lets a coroutine await a task
// done there. Destroying it does what is queued first: a task may look at a flag of its owner's to be brief.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

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

// Does `work` on the thread and resumes the caller on the caller's own executor, which stays awake meanwhile.
// An exception of the work, which is a bug, is thrown to the caller and spares the thread.
template <class T>
boost::asio::awaitable<T> run_on(TaskThread& thread, std::function<T()> work) {
  namespace asio = boost::asio;
  auto initiate = [&thread, &work](auto handler) {
    using Handler = decltype(handler);
    struct Waiting {
      Handler handler;
      std::function<T()> work;
      asio::executor_work_guard<asio::associated_executor_t<Handler>> awake;
    };
    auto awake = asio::make_work_guard(asio::get_associated_executor(handler));
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(handler), std::move(work), std::move(awake)});
    thread.post([waiting] {
      auto result = std::make_shared<T>();
      std::exception_ptr bug;
      try {
        *result = waiting->work();
      } catch (...) {
        bug = std::current_exception();
      }
      const auto executor = waiting->awake.get_executor();
      asio::post(executor, [waiting, result, bug] { std::move(waiting->handler)(bug, std::move(*result)); });
    });
  };
  using Signature = void(std::exception_ptr, T);
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, Signature>(initiate,
                                                                                     asio::use_awaitable);
}

}  // namespace trilogue::engine::llama
