#include "admission/sliding_minute.h"

#include <algorithm>

namespace trilogue::admission {

using std::chrono::milliseconds;

SlidingMinute::Milliseconds SlidingMinute::since_epoch(base::SteadyTime time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

// Something that happened in a millisecond counts until that millisecond is a whole minute past.
void SlidingMinute::forget(Milliseconds now) {
  constexpr Milliseconds kMinute = milliseconds(kLength).count();
  while (!entries_.empty() && entries_.front().at + kMinute < now) {
    sum_ -= entries_.front().amount;
    entries_.pop_front();
  }
}

void SlidingMinute::add(base::SteadyTime now, std::int64_t amount) {
  if (amount <= 0) return;
  // Two threads may have read the clock in the other order than they came here.
  const Milliseconds at =
      entries_.empty() ? since_epoch(now) : std::max(entries_.back().at, since_epoch(now));
  forget(at);
  if (entries_.empty() || entries_.back().at != at) entries_.push_back({at, 0});
  entries_.back().amount += amount;
  sum_ += amount;
}

std::int64_t SlidingMinute::sum(base::SteadyTime now) {
  forget(since_epoch(now));
  return sum_;
}

base::SteadyTime SlidingMinute::falls_to(base::SteadyTime now, std::int64_t most) {
  forget(since_epoch(now));
  if (sum_ <= most) return now;
  Milliseconds last = entries_.back().at;
  std::int64_t left = sum_;
  for (auto entry = entries_.begin(); most > 0 && left > most; ++entry) {
    left -= entry->amount;
    last = entry->at;
  }
  return base::SteadyTime(milliseconds(last + 1) + kLength);
}

}  // namespace trilogue::admission
