// One request on its way through the decode thread: its choices and the queue to its reader. Made on the
// preparing thread, handed over whole, owned by the scheduler from then on.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "canon/event.h"
#include "engine/event_queue.h"
#include "engine/llama/choice.h"

namespace trilogue::engine::llama {

// A place among the requests that wait. Gone when the request begins, or goes.
class QueueSeat final {
 public:
  // Nothing when `most` seats are taken.
  static std::optional<QueueSeat> take(std::shared_ptr<std::atomic<int>> taken, int most) {
    if (taken->fetch_add(1) >= most) {
      taken->fetch_sub(1);
      return std::nullopt;
    }
    return QueueSeat(std::move(taken));
  }
  QueueSeat(QueueSeat&&) noexcept = default;
  QueueSeat& operator=(QueueSeat&&) = delete;
  ~QueueSeat() {
    if (taken_) taken_->fetch_sub(1);
  }

 private:
  explicit QueueSeat(std::shared_ptr<std::atomic<int>> taken) : taken_(std::move(taken)) {}
  std::shared_ptr<std::atomic<int>> taken_;
};

struct Generation {
  Terms terms;
  std::vector<std::unique_ptr<Choice>> choices;
  std::shared_ptr<EventQueue> queue;
  std::optional<QueueSeat> seat;

  // ---- the scheduler's notes ----
  std::uint64_t number = 0;          // order of arrival, from 1
  std::optional<int> cached_tokens;  // what the first choice reused; the others share its prompt
  bool prompt_computed = false;      // the other choices may copy it
  bool reader_is_behind = false;     // in this step
  std::vector<canon::Event> events;  // of this step
};

}  // namespace trilogue::engine::llama
