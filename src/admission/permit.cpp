#include "admission/permit.h"

#include <chrono>
#include <utility>

namespace trilogue::admission {

using std::chrono::steady_clock;

Permit& Permit::operator=(Permit&& other) noexcept {
  if (this != &other) {
    release();
    running_ = std::move(other.running_);
    key_ = std::move(other.key_);
    place_ = std::move(other.place_);
    output_tokens_ = other.output_tokens_;
    cost_ = other.cost_;
  }
  return *this;
}

void Permit::release() {
  if (!running_) return;
  running_->fetch_sub(1, std::memory_order_relaxed);
  running_.reset();
  if (key_) meters().end();
  if (place_) std::exchange(place_, nullptr)->end();
}

base::Result<void> Permit::charge_prompt(std::int64_t tokens) {
  if (!key_) return {};
  return meters().charge(steady_clock::now(), tokens);
}

void Permit::note(std::int64_t output_tokens, std::int64_t cost) {
  if (!key_) return;
  const std::int64_t more = output_tokens - std::exchange(output_tokens_, output_tokens);
  const std::int64_t dearer = cost - std::exchange(cost_, cost);
  // A prompt that turns out to be cached has become cheaper.
  if (more != 0 || dearer != 0) meters().note(steady_clock::now(), more, dearer);
  if (more != 0 && place_) place_->note(more);
}

}  // namespace trilogue::admission
