#include "admission/meter.h"

#include <algorithm>

#include "admission/refusals.h"

namespace trilogue::admission {

using base::FailureKind;
using base::Result;
using std::chrono::milliseconds;

namespace {

// Rounded up: who waits for so long does not come too early.
milliseconds until(base::SteadyTime now, base::SteadyTime then) {
  return std::chrono::ceil<milliseconds>(then - now);
}

Allotment allotment(SlidingMinute& used, std::int64_t limit, base::SteadyTime now) {
  const auto full = used.falls_to(now, 0);
  return {limit, std::max<std::int64_t>(0, limit - used.sum(now)),
          std::chrono::duration_cast<milliseconds>(full - now)};
}

void take_tighter(std::optional<Allotment>& held, const std::optional<Allotment>& other) {
  if (other && (!held || other->remaining < held->remaining)) held = other;
}

}  // namespace

void Meter::set(Limits limits, Budget budget, LimitsCounted counted) {
  const bool here = counted == LimitsCounted::here;
  const std::lock_guard lock(mutex_);
  limits_ = here ? limits : Limits{};
  limits_in_the_store_ = here ? Limits{} : limits;
  budget_ = budget;
}

void Meter::add_used(std::int64_t tokens, std::int64_t cost) {
  const std::lock_guard lock(mutex_);
  tokens_ += tokens;
  cost_ += cost;
}

Limits Meter::limits_in_the_store() {
  const std::lock_guard lock(mutex_);
  return limits_in_the_store_;
}

Result<void> Meter::check_request(base::SteadyTime now) {
  if ((budget_.tokens && tokens_ >= *budget_.tokens) || (budget_.cost && cost_ >= *budget_.cost))
    return base::fail(FailureKind::quota_exceeded, "The budget of this key is spent");
  if (limits_.concurrency && running_ >= *limits_.concurrency)
    return base::fail(too_many_at_once(*limits_.concurrency));
  if (limits_.requests_per_minute && requests_.sum(now) >= *limits_.requests_per_minute) {
    const auto free = requests_.falls_to(now, *limits_.requests_per_minute - 1);
    return base::fail(too_many_requests(*limits_.requests_per_minute, until(now, free)));
  }
  return {};
}

Result<void> Meter::check_tokens(base::SteadyTime now, std::int64_t tokens) {
  if (!limits_.tokens_per_minute) return {};
  const std::int64_t limit = *limits_.tokens_per_minute;
  if (tokens > limit) return base::fail(prompt_never_fits(tokens, limit));
  if (minute_tokens_.sum(now) + tokens <= limit) return {};
  return base::fail(too_many_tokens(limit, until(now, minute_tokens_.falls_to(now, limit - tokens))));
}

MeterReading Meter::reading(base::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  return {running_, requests_.sum(now), minute_tokens_.sum(now), tokens_, cost_};
}

Result<void> MeterPair::begin(base::SteadyTime now) {
  const std::scoped_lock lock(key_.mutex_, account_.mutex_);
  for (Meter* const meter : {&key_, &account_}) {
    if (auto fine = meter->check_request(now); !fine) return fine;
  }
  for (Meter* const meter : {&key_, &account_}) {
    ++meter->running_;
    meter->requests_.add(now, 1);
  }
  return {};
}

void MeterPair::end() {
  const std::scoped_lock lock(key_.mutex_, account_.mutex_);
  --key_.running_;
  --account_.running_;
}

Result<void> MeterPair::charge(base::SteadyTime now, std::int64_t tokens) {
  const std::scoped_lock lock(key_.mutex_, account_.mutex_);
  for (Meter* const meter : {&key_, &account_}) {
    if (auto fine = meter->check_tokens(now, tokens); !fine) return fine;
  }
  use(now, tokens, 0);
  return {};
}

void MeterPair::note(base::SteadyTime now, std::int64_t tokens, std::int64_t cost) {
  const std::scoped_lock lock(key_.mutex_, account_.mutex_);
  use(now, tokens, cost);
}

void MeterPair::use(base::SteadyTime now, std::int64_t tokens, std::int64_t cost) {
  for (Meter* const meter : {&key_, &account_}) {
    meter->minute_tokens_.add(now, tokens);
    meter->tokens_ += tokens;
    meter->cost_ += cost;
  }
}

RateState MeterPair::state(base::SteadyTime now) const {
  const std::scoped_lock lock(key_.mutex_, account_.mutex_);
  RateState state;
  for (Meter* const meter : {&key_, &account_}) {
    const Limits& limits = meter->limits_;
    if (limits.requests_per_minute)
      take_tighter(state.requests, allotment(meter->requests_, *limits.requests_per_minute, now));
    if (limits.tokens_per_minute)
      take_tighter(state.tokens, allotment(meter->minute_tokens_, *limits.tokens_per_minute, now));
  }
  return state;
}

}  // namespace trilogue::admission
