// What an operator may change while the server runs, as one request sees it: every request keeps the policy
// that stood when it came, so that nothing changes in its middle. Any thread; a policy itself never changes.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "serve/browser_guard.h"
#include "serve/catalogue.h"
#include "serve/prefix_sharing.h"

namespace trilogue::serve {

struct Limits {
  std::chrono::milliseconds deadline = std::chrono::minutes(10);   // of a request, queue and prefill included
  std::chrono::milliseconds heartbeat = std::chrono::seconds(15);  // longest silence of a stream
  int max_choices = 128;                                           // of one request
  bool openai_chunks = false;                                      // chat_chunks = "openai"
  bool reasoning_summaries = false;                                // reasoning_events = "summary"
  PrefixSharing prefixes = PrefixSharing::all;
  std::size_t prompt_bytes = 0;  // kept of a request's body; 0: nothing is
};

struct Policy {
  Catalogue catalogue;
  BrowserGuard guard;
  Limits limits{};
  std::string currency{};  // that money is counted in, as ISO 4217 has it; "": none is configured
};

// Where the policy hangs that holds for what comes next.
class PolicyBoard final {
 public:
  explicit PolicyBoard(Policy first) : now_(std::make_shared<const Policy>(std::move(first))) {}

  std::shared_ptr<const Policy> now() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  void put(Policy next) {
    auto made = std::make_shared<const Policy>(std::move(next));
    const std::lock_guard lock(mutex_);
    now_.swap(made);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Policy> now_;
};

}  // namespace trilogue::serve
