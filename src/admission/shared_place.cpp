#include "admission/shared_place.h"

#include <algorithm>

#include "admission/shared_limits.h"

namespace trilogue::admission {

using std::chrono::milliseconds;

namespace {

std::optional<Allotment> tighter(std::optional<std::int64_t> key_limit, const redis::MinuteUse& key,
                                 std::optional<std::int64_t> account_limit, const redis::MinuteUse& account) {
  const auto allotment = [](std::int64_t limit, const redis::MinuteUse& use) {
    return Allotment{limit, std::max<std::int64_t>(0, limit - use.used), milliseconds(use.reset_ms)};
  };
  std::optional<Allotment> tightest;
  if (key_limit) tightest = allotment(*key_limit, key);
  if (account_limit) {
    const Allotment other = allotment(*account_limit, account);
    if (!tightest || other.remaining < tightest->remaining) tightest = other;
  }
  return tightest;
}

}  // namespace

void SharedRates::set(const redis::Counted& counted, const redis::Use& use, base::SteadyTime now) {
  const Limits& key = counted.key;
  const Limits& account = counted.account;
  const std::lock_guard lock(mutex_);
  at_ = now;
  state_.requests =
      tighter(key.requests_per_minute, use.key_requests, account.requests_per_minute, use.account_requests);
  state_.tokens =
      tighter(key.tokens_per_minute, use.key_tokens, account.tokens_per_minute, use.account_tokens);
}

RateState SharedRates::state(base::SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  RateState state = state_;
  const auto since = std::chrono::duration_cast<milliseconds>(now - at_);
  for (auto* const allotment : {&state.requests, &state.tokens}) {
    if (*allotment) (*allotment)->reset = std::max(milliseconds(0), (*allotment)->reset - since);
  }
  return state;
}

void SharedPlace::end() {
  limits_.end(shared_from_this());
}

}  // namespace trilogue::admission
