// Decides who is asking and whether one more request may run. Hands out a Permit that gives its place back
// when it is dropped. Any thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "admission/keyring.h"
#include "base/result.h"

namespace trilogue::admission {

struct Caller {
  std::string key_id;  // "" on a server without keys
};

// The key headers of a request, "" where absent.
struct Credentials {
  std::string_view authorization;  // `Bearer KEY`
  std::string_view api_key;        // x-api-key, where the API takes it
};

// A place among the running requests. Movable; dropping it frees the place.
class Permit final {
 public:
  Permit() = default;
  explicit Permit(std::shared_ptr<std::atomic<int>> running) : running_(std::move(running)) {}
  Permit(Permit&& other) noexcept = default;
  Permit& operator=(Permit&& other) noexcept;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  ~Permit() { release(); }

 private:
  void release();
  std::shared_ptr<std::atomic<int>> running_;
};

class Gate final {
 public:
  // `max_running`: requests at once over the whole server; more are refused, never queued.
  Gate(Keyring keyring, int max_running)
      : keyring_(std::move(keyring)),
        max_running_(max_running),
        running_(std::make_shared<std::atomic<int>>(0)) {}

  bool requires_key() const { return !keyring_.empty(); }

  // Failure: unauthenticated, for a missing or unknown key on a server that has keys.
  base::Result<Caller> identify(const Credentials& credentials) const;

  // Failure: unavailable, when the server runs as much as it may.
  base::Result<Permit> admit();

  int running() const { return running_->load(std::memory_order_relaxed); }

 private:
  Keyring keyring_;
  int max_running_;
  std::shared_ptr<std::atomic<int>> running_;
};

}  // namespace trilogue::admission
