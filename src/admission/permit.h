// The leave to run one request: a place among the running ones of the server, of the key and of its account.
// Movable; dropping it gives the places back. What the request uses is charged through it. On one strand.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>

#include "admission/keyring.h"
#include "admission/shared_place.h"
#include "base/result.h"

namespace trilogue::admission {

class Permit final {
 public:
  Permit() = default;
  Permit(std::shared_ptr<std::atomic<int>> running, std::shared_ptr<const KeyState> key)
      : running_(std::move(running)), key_(std::move(key)) {}
  Permit(Permit&& other) noexcept = default;
  Permit& operator=(Permit&& other) noexcept;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  ~Permit() { release(); }

  bool held() const { return running_ != nullptr; }

  // Holds from now on the place that the store of the shared limits gave, and notes there too.
  void hold(std::shared_ptr<SharedPlace> place) { place_ = std::move(place); }
  const std::shared_ptr<SharedPlace>& place() const { return place_; }  // null: the limits are counted here

  // The prompt's tokens, once they are counted. Failure: rate_limited, when the minute has no room for them.
  base::Result<void> charge_prompt(std::int64_t tokens);

  // What has been written by now, and what all of it costs by now.
  void note(std::int64_t output_tokens, std::int64_t cost);

  // Asked to stop when the key is revoked.
  std::stop_token revoked() const { return key_ ? key_->revoked.get_token() : std::stop_token(); }

 private:
  void release();
  MeterPair meters() const { return {*key_->meter, *key_->account_meter}; }

  std::shared_ptr<std::atomic<int>> running_;
  std::shared_ptr<const KeyState> key_;  // null on a server without keys
  std::shared_ptr<SharedPlace> place_;
  std::int64_t output_tokens_ = 0;
  std::int64_t cost_ = 0;
};

}  // namespace trilogue::admission
