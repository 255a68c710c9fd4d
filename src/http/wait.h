// A coroutine's wait for somebody else, with a deadline. Lives in the coroutine that waits and belongs to its
// executor; what it hands out may be called when it, or even the executor's loop, has long been destroyed,
// and then does nothing.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

#include "base/clock.h"

namespace trilogue::http {

class Wait final {
 public:
  enum class Outcome { woken, stopped, late };

  explicit Wait(boost::asio::any_io_executor executor);
  ~Wait();
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  // Ends the wait, begun or still to come, as woken. May be called from any thread.
  std::function<void()> waker() const;
  // Ends it as stopped: nobody wants what it waits for. May be called on the executor only.
  std::function<void()> stopper() const;

  // On the executor: whether it was ended already.
  bool ended() const;

  // Returns when it was ended, or when `deadline` passed. The first of these counts.
  boost::asio::awaitable<Outcome> until(base::SteadyTime deadline);

 private:
  struct Bell;
  std::shared_ptr<Bell> bell_;
};

}  // namespace trilogue::http
