// How much happened in the last sixty seconds, exact to a millisecond: amounts that fell into the same one
// share an entry. For one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

#include "base/clock.h"

namespace trilogue::admission {

class SlidingMinute final {
 public:
  static constexpr std::chrono::seconds kLength{60};

  void add(base::SteadyTime now, std::int64_t amount);

  std::int64_t sum(base::SteadyTime now);

  // When the sum will be at most `most`, if nothing is added; `now` when it is already.
  base::SteadyTime falls_to(base::SteadyTime now, std::int64_t most);

 private:
  using Milliseconds = std::int64_t;
  struct Entry {
    Milliseconds at;
    std::int64_t amount;
  };
  static Milliseconds since_epoch(base::SteadyTime time);
  void forget(Milliseconds now);

  std::deque<Entry> entries_;  // oldest first
  std::int64_t sum_ = 0;
};

}  // namespace trilogue::admission
