// The way into the decode thread: new requests, and the news that something has changed. Any thread may put
// in; only the decode thread takes out. Outlives the engine where a reader still holds its queue.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/llama/generation.h"

namespace trilogue::engine::llama {

class Inbox final {
 public:
  // False when nobody takes anything out any more.
  bool put(std::unique_ptr<Generation> generation) {
    {
      const std::scoped_lock lock(mutex_);
      if (stopped_) return false;
      arrived_.push_back(std::move(generation));
    }
    news_.notify_one();
    return true;
  }

  // Somebody read, or left: look again at who can run.
  void poke() {
    {
      const std::scoped_lock lock(mutex_);
      poked_ = true;
    }
    news_.notify_one();
  }

  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopped_ = true;
    }
    news_.notify_one();
  }

  struct News {
    std::vector<std::unique_ptr<Generation>> arrived;
    bool stopped = false;
  };

  // What came since the last call; with `wait`, not before something came.
  News take(bool wait) {
    std::unique_lock lock(mutex_);
    if (wait) news_.wait(lock, [&] { return poked_ || stopped_ || !arrived_.empty(); });
    poked_ = false;
    return {std::exchange(arrived_, {}), stopped_};
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<std::unique_ptr<Generation>> arrived_;
  bool poked_ = false;
  bool stopped_ = false;
};

}  // namespace trilogue::engine::llama
