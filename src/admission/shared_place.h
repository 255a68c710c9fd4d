// The place of one request whose limits are counted in a store that several servers share, and what the store
// last said of its allotments. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "admission/meter.h"
#include "admission/redis/rules.h"
#include "base/clock.h"

namespace trilogue::admission {

class SharedLimits;

// For the headers of the reply; a wait grows shorter with the time since.
class SharedRates final {
 public:
  void set(const redis::Counted& counted, const redis::Use& use, base::SteadyTime now);
  RateState state(base::SteadyTime now) const;

 private:
  mutable std::mutex mutex_;
  RateState state_;
  base::SteadyTime at_{};
};

// Given back by end(), which is not asked twice. `limits` outlives it.
class SharedPlace final : public std::enable_shared_from_this<SharedPlace> {
 public:
  SharedPlace(SharedLimits& limits, redis::Counted counted, std::shared_ptr<SharedRates> rates)
      : limits_(limits), counted_(std::move(counted)), rates_(std::move(rates)) {}
  SharedPlace(const SharedPlace&) = delete;
  SharedPlace& operator=(const SharedPlace&) = delete;

  const redis::Counted& counted() const { return counted_; }
  SharedRates& rates() const { return *rates_; }
  SharedLimits& limits() const { return limits_; }

  // Tokens that were written; the store is told a few times a second.
  void note(std::int64_t tokens) { written_.fetch_add(tokens, std::memory_order_relaxed); }
  // What was noted since the last time.
  std::int64_t take_written() { return written_.exchange(0, std::memory_order_relaxed); }

  void end();

 private:
  SharedLimits& limits_;
  const redis::Counted counted_;
  const std::shared_ptr<SharedRates> rates_;
  std::atomic<std::int64_t> written_ = 0;
};

}  // namespace trilogue::admission
