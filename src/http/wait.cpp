#include "http/wait.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <optional>
#include <utility>

#include "http/home.h"

namespace trilogue::http {
namespace asio = boost::asio;

// The timer is there as long as the wait is. It is touched on its executor only, and made and destroyed
// there; that it exists is also read elsewhere, under the lock, so that nothing is posted to an executor
// whose loop may have been destroyed together with the waiting coroutine.
struct Wait::Bell {
  explicit Bell(asio::any_io_executor executor) : home(std::move(executor)) {
    timer.emplace(home.executor());
  }

  // False when there is nothing to end any more.
  bool settle(Outcome how) {
    const bool first = timer && !outcome;
    if (first) outcome = how;
    return first;
  }
  std::optional<Outcome> settled() {
    const std::scoped_lock lock(mutex);
    return outcome;
  }

  std::mutex mutex;
  std::optional<Outcome> outcome;
  Home home;
  std::optional<asio::steady_timer> timer;
};

Wait::Wait(asio::any_io_executor executor) : bell_(std::make_shared<Bell>(std::move(executor))) {}

Wait::~Wait() {
  const std::scoped_lock lock(bell_->mutex);
  bell_->timer.reset();
}

std::function<void()> Wait::waker() const {
  return [bell = bell_] {
    const std::scoped_lock lock(bell->mutex);
    if (!bell->settle(Outcome::woken)) return;
    bell->home.post([bell] {
      if (bell->timer) bell->timer->cancel();
    });
  };
}

std::function<void()> Wait::stopper() const {
  return [bell = bell_] {
    const std::scoped_lock lock(bell->mutex);
    if (bell->settle(Outcome::stopped)) bell->timer->cancel();
  };
}

bool Wait::ended() const {
  return bell_->settled().has_value();
}

asio::awaitable<Wait::Outcome> Wait::until(base::SteadyTime deadline) {
  constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
  if (const auto outcome = bell_->settled()) co_return *outcome;
  if (std::chrono::steady_clock::now() < deadline) {
    bell_->timer->expires_at(deadline);
    co_await bell_->timer->async_wait(quietly);
  }
  const std::scoped_lock lock(bell_->mutex);
  bell_->settle(Outcome::late);
  co_return *bell_->outcome;
}

}  // namespace trilogue::http
