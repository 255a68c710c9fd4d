// Decides who is asking and whether one more request may run. Any thread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "admission/keyring.h"
#include "admission/permit.h"
#include "base/clock.h"
#include "base/result.h"

namespace trilogue::admission {

struct Caller {
  std::shared_ptr<const KeyState> key;  // null on a server without keys
  std::string key_id{};                 // "" on a server without keys

  const std::string& account_id() const;
};

// The key headers of a request, "" where absent.
struct Credentials {
  std::string_view authorization;  // `Bearer KEY`
  std::string_view api_key;        // x-api-key, where the API takes it

  // The key that is shown, "" for none. The scheme compares without regard to case (RFC 9110, 11.1).
  std::string_view key() const;
};

class Gate final {
 public:
  // `max_running`: requests at once over the whole server; more are refused, never queued.
  Gate(const Keyring& keyring, int max_running, base::WallClock clock)
      : keyring_(keyring),
        max_running_(max_running),
        clock_(std::move(clock)),
        running_(std::make_shared<std::atomic<int>>(0)) {}

  bool requires_key() const { return !keyring_.empty(); }

  // Failure: unauthenticated, for a missing, unknown, revoked or expired key on a server that has keys.
  base::Result<Caller> identify(const Credentials& credentials) const;

  // Counts as one request of the caller. Failures: unavailable, when the server runs as much as it may;
  // rate_limited and quota_exceeded for the caller's own limits.
  base::Result<Permit> admit(const Caller& caller);

  // For whom the store of the shared limits is asked after admit(); nothing for a caller that has no limits
  // there.
  static std::optional<redis::Counted> counted_in_the_store(const Caller& caller);

  // What the rate limit headers say; nothing for a caller without limits, or with limits in the store.
  static RateState state(const Caller& caller);

  void set_max_running(int most) { max_running_ = most; }
  int running() const { return running_->load(std::memory_order_relaxed); }

 private:
  const Keyring& keyring_;
  std::atomic<int> max_running_;
  const base::WallClock clock_;
  std::shared_ptr<std::atomic<int>> running_;
};

}  // namespace trilogue::admission
