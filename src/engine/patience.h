// How long somebody waits for an engine to begin: until a time, and no longer than their client is there.
// Made by the caller of start() or count(), used on the executor of the coroutine that awaits them. Never
// ends a generation that has begun: that is the owner of the EventStream.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "base/clock.h"
#include "base/result.h"
#include "http/wait.h"

namespace trilogue::engine {

struct Patience {
  base::SteadyTime until = base::SteadyTime::max();
  // Asked once, when there is really something to wait for: it is given what to call, on this executor, when
  // nobody wants the result any more. May be empty.
  std::function<void(std::function<void()> leave)> on_wait{};
};

// Calls `begin`, unless there is no patience from the first, and waits for `wait` to be woken. Failures:
// deadline, or cancelled, when the patience ended before that.
boost::asio::awaitable<base::Result<void>> wait_for(http::Wait& wait, Patience patience,
                                                    std::function<void()> begin);

// The other side's view, for work that takes long: false when nobody waits for its result any more. Any
// thread.
using StillWanted = std::function<bool()>;

}  // namespace trilogue::engine
