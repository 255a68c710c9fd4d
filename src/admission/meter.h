// What one key, or one account, uses against its limits and its budget. A request is measured by the meters
// of its key and of the key's account, and is admitted by both or counts for neither. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "admission/sliding_minute.h"
#include "admission/tier.h"
#include "base/clock.h"
#include "base/result.h"

namespace trilogue::admission {

struct Budget {  // in its whole life; nothing: unlimited
  std::optional<std::int64_t> tokens;
  std::optional<std::int64_t> cost;  // millionths of the operator's currency
};

// What the rate limit headers say, of requests or of tokens. Nothing where there is no such limit.
struct Allotment {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::chrono::milliseconds reset{0};  // until all of it is there again
};
struct RateState {
  std::optional<Allotment> requests;
  std::optional<Allotment> tokens;
};

// What a meter has counted.
struct MeterReading {
  std::int64_t running = 0;
  std::int64_t minute_requests = 0;
  std::int64_t minute_tokens = 0;
  std::int64_t tokens = 0;  // in its life
  std::int64_t cost = 0;
};

// Who counts the minute and the requests at once: the meter itself, or a store that several servers share
// (shared_limits.h), and then the meter counts for show and knows the limits for whoever asks the store.
enum class LimitsCounted { here, in_the_store };

class Meter final {
 public:
  // `tokens`, `cost`: used before.
  Meter(std::int64_t tokens, std::int64_t cost) : tokens_(tokens), cost_(cost) {}
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  void set(Limits limits, Budget budget, LimitsCounted counted = LimitsCounted::here);
  // What was used of the budget elsewhere.
  void add_used(std::int64_t tokens, std::int64_t cost);

  Limits limits_in_the_store();  // none, where they are counted here

  MeterReading reading(base::SteadyTime now);

 private:
  friend class MeterPair;
  base::Result<void> check_request(base::SteadyTime now);
  base::Result<void> check_tokens(base::SteadyTime now, std::int64_t tokens);

  std::mutex mutex_;
  Limits limits_;  // that are counted here
  Limits limits_in_the_store_;
  Budget budget_;
  std::int64_t running_ = 0;
  SlidingMinute requests_;
  SlidingMinute minute_tokens_;
  std::int64_t tokens_;
  std::int64_t cost_;
};

// The meters that one request is measured by.
class MeterPair final {
 public:
  MeterPair(Meter& key, Meter& account) : key_(key), account_(account) {}

  // One more request. Failures: rate_limited with the time after which it would pass; quota_exceeded.
  base::Result<void> begin(base::SteadyTime now);
  void end();

  // Tokens of a prompt, all or none. Failure: rate_limited.
  base::Result<void> charge(base::SteadyTime now, std::int64_t tokens);
  // What has been used without asking: tokens that were written, and money.
  void note(base::SteadyTime now, std::int64_t tokens, std::int64_t cost);

  // Of each kind the allotment with less left.
  RateState state(base::SteadyTime now) const;

 private:
  void use(base::SteadyTime now, std::int64_t tokens, std::int64_t cost);

  Meter& key_;
  Meter& account_;
};

}  // namespace trilogue::admission
