// Time comes in from outside: rooms take a Clock by value, tests pass one that stands still.
#pragma once

#include <chrono>
#include <functional>

namespace trilogue::base {

using WallTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

using WallClock = std::function<WallTime()>;
using SteadyClock = std::function<SteadyTime()>;

// Seconds since 1970, as every dialect writes `created`.
inline long long unix_seconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace trilogue::base
