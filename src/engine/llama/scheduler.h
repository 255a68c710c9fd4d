// Decides what the next decode step computes: who is let in, how many tokens each gets, who gives way when
// the pool is full. First come, first served; the youngest gives way and is resumed by recomputing its text.
// Decode thread only; the arithmetic of cells is the pool's, the words are the choices'.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/failure.h"
#include "engine/llama/counters.h"
#include "engine/llama/generation.h"
#include "engine/llama/nucleus.h"
#include "engine/llama/pool.h"

namespace trilogue::engine::llama {

struct SchedulerLimits {
  int slots = 1;         // choices decoded together
  int batch_tokens = 1;  // tokens of one step, decoded and prefilled together
};

// A choice's way through the pool.
struct Runner {
  Generation* generation = nullptr;
  Choice* choice = nullptr;
  llama_seq_id sequence = -1;  // while it runs
  int computed = 0;            // tokens of its text that the pool holds
  int pending() const { return static_cast<int>(choice->text().size()) - computed; }
};

// What one runner gets of the next step: its next `tokens` tokens, and logits when these are all it has.
struct Share {
  Runner* runner = nullptr;
  int tokens = 0;
  bool wants_logits() const { return tokens == runner->pending(); }
};

class Scheduler final {
 public:
  Scheduler(Pool& pool, SchedulerLimits limits, Counters& counters);

  void add(std::unique_ptr<Generation> generation);

  // The next step; empty when there is nothing to compute now. There is room in the pool for all of it.
  const std::vector<Share>& plan();
  // The step was computed: the pool holds these tokens, and those who wanted logits may choose.
  void computed(const Share& share);
  void choose(Runner& runner, std::span<float> logits);
  // The step could not be computed. Everybody in it fails with `failure`.
  void step_failed(const base::Failure& failure);
  // The pool would not take what was counted to fit: somebody gives way, and the step is planned anew.
  void step_refused();

  // Hands the events of this step to the readers and lets go of what is over.
  void deliver();
  void fail_all(const base::Failure& failure);
  bool is_empty() const { return generations_.empty(); }

 private:
  void forget_abandoned();
  void look_at_readers();
  void admit();
  bool let_in(Runner& runner);
  bool may_run(const Runner& runner) const;
  int active() const;
  void share_out();
  void make_room_for_shares();
  Runner* youngest_running(bool only_paused) const;
  void preempt(Runner& runner);
  bool preempt_paused();  // the youngest whose reader is behind; false when there is none
  void fail(Runner& runner, const base::Failure& failure);
  void leave(Runner& runner);  // its sequence becomes cache
  void note_counters();

  Pool& pool_;
  const SchedulerLimits limits_;
  Counters& counters_;
  Nucleus scratch_;
  std::uint64_t arrivals_ = 0;
  std::vector<std::unique_ptr<Generation>> generations_;
  std::vector<std::unique_ptr<Runner>> runners_;
  std::deque<Runner*> waiting_;
  std::vector<Runner*> running_;
  std::vector<Share> shares_;
  bool blocked_ = false;  // the first of the queue did not fit, and nothing can be had since
};

}  // namespace trilogue::engine::llama
