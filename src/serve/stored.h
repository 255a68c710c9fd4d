// Awaits what the store answers: the question is asked on the caller's strand, the answer comes from whatever
// thread has it, at once or later, and the caller goes on where it waited.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/result.h"
#include "store/responses.h"

namespace trilogue::serve {

// Where one answer and the one who waits for it meet, whoever comes first. Any thread.
template <class T>
class AnswerBox final {
 public:
  using Taker = std::function<void(base::Result<T>)>;

  void put(base::Result<T> answer) {
    std::unique_lock lock(mutex_);
    if (!taker_) {
      answer_ = std::move(answer);
      return;
    }
    const Taker taker = std::exchange(taker_, nullptr);  // who waits may own this box
    lock.unlock();
    taker(std::move(answer));
  }

  // The answer, if it is there already.
  std::optional<base::Result<T>> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(answer_, std::nullopt);
  }

  void wait(Taker taker) {
    std::unique_lock lock(mutex_);
    if (!answer_) {
      taker_ = std::move(taker);
      return;
    }
    lock.unlock();
    taker(std::move(*answer_));
  }

 private:
  std::mutex mutex_;
  std::optional<base::Result<T>> answer_;
  Taker taker_;
};

// `ask` is called once with what takes the answer. The store answers everything it was asked, so this waits
// no longer than the disk does; an answer that comes at once costs no wait.
template <class T, class Ask>
boost::asio::awaitable<base::Result<T>> answered(Ask ask) {
  namespace asio = boost::asio;
  auto box = std::make_shared<AnswerBox<T>>();
  ask([box](base::Result<T> answer) { box->put(std::move(answer)); });
  if (auto at_once = box->take()) co_return std::move(*at_once);
  auto initiate = [box](auto handler) {
    const auto executor = asio::get_associated_executor(handler);
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    auto guard = asio::make_work_guard(executor);  // nothing else may hold the loop open meanwhile
    box->wait([waiting, guard](base::Result<T> answer) {
      asio::post(guard.get_executor(),
                 [waiting, guard, answer = std::move(answer)]() mutable { (*waiting)(std::move(answer)); });
    });
  };
  auto answer = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(base::Result<T>)>(
      std::move(initiate), asio::use_awaitable);
  co_return answer;
}

}  // namespace trilogue::serve
