#include "engine/llama/scheduler.h"

#include <algorithm>
#include <utility>

namespace trilogue::engine::llama {
namespace {

bool has_less_to_do(const Runner* a, const Runner* b) {
  return a->pending() < b->pending();
}

bool younger(const Runner* a, const Runner* b) {
  return std::pair(a->generation->number, a->choice->index()) >
         std::pair(b->generation->number, b->choice->index());
}

}  // namespace

Scheduler::Scheduler(Pool& pool, SchedulerLimits limits, Counters& counters)
    : pool_(pool), limits_(limits), counters_(counters) {}

void Scheduler::add(std::unique_ptr<Generation> generation) {
  generation->number = ++arrivals_;
  for (const auto& choice : generation->choices) {
    runners_.push_back(std::make_unique<Runner>(Runner{generation.get(), choice.get()}));
    waiting_.push_back(runners_.back().get());
  }
  generations_.push_back(std::move(generation));
}

const std::vector<Share>& Scheduler::plan() {
  shares_.clear();
  forget_abandoned();
  look_at_readers();
  admit();
  share_out();
  make_room_for_shares();
  return shares_;
}

void Scheduler::forget_abandoned() {
  for (const auto& runner : runners_) {
    if (runner->choice->is_over() || !runner->generation->queue->abandoned()) continue;
    std::vector<canon::Event> unheard;
    runner->choice->fail({base::FailureKind::cancelled, "the reader left", {}, {}}, unheard);
    leave(*runner);
  }
  deliver();
}

void Scheduler::look_at_readers() {
  for (const auto& generation : generations_) {
    const bool behind = !generation->queue->has_room();
    if (behind && !generation->reader_is_behind) blocked_ = false;  // its cells can be had now
    generation->reader_is_behind = behind;
  }
}

bool Scheduler::may_run(const Runner& runner) const {
  if (runner.generation->reader_is_behind) return false;
  return runner.choice->index() == 0 || runner.generation->prompt_computed;
}

int Scheduler::active() const {
  return static_cast<int>(std::count_if(running_.begin(), running_.end(),
                                        [&](const Runner* runner) { return may_run(*runner); }));
}

void Scheduler::admit() {
  for (auto next = waiting_.begin(); next != waiting_.end() && !blocked_;) {
    if (active() >= limits_.slots) return;
    if (!may_run(**next)) {
      ++next;
      continue;
    }
    Runner* const runner = *next;
    next = waiting_.erase(next);
    if (let_in(*runner)) {
      next = waiting_.begin();  // somebody may have been sent back
      continue;
    }
    waiting_.push_front(runner);
    blocked_ = true;
  }
}

// Room is asked for the whole text and one more token for everybody, else the newcomer would soon give way.
bool Scheduler::let_in(Runner& runner) {
  const auto& text = runner.choice->text();
  auto& generation = *runner.generation;
  const auto& terms = generation.terms;
  const Pool::Owner owner{generation.number, terms.seeded, terms.cache_salt};
  auto opened = pool_.open(text, owner);
  while (!opened) {  // who does not read holds a sequence that another could use
    if (!preempt_paused()) return false;
    opened = pool_.open(text, owner);
  }
  const int needed = static_cast<int>(text.size()) - opened->reused + 1 + active();
  while (!pool_.make_room(needed)) {
    if (preempt_paused()) continue;
    pool_.keep(opened->id);
    return false;
  }
  runner.sequence = opened->id;
  runner.computed = opened->reused;
  running_.push_back(&runner);
  generation.seat.reset();
  if (!runner.choice->has_begun()) {
    if (!generation.cached_tokens) generation.cached_tokens = opened->reused;
    counters_.tokens_reused += static_cast<std::uint64_t>(opened->reused);
    runner.choice->begin(*generation.cached_tokens, generation.events);
    if (runner.choice->is_over()) leave(runner);
  }
  return true;
}

// One token for everybody who is writing; what is left of the step is shared evenly among those who still
// compute their prompt, so that a short prompt does not wait for a long one.
void Scheduler::share_out() {
  int tokens = limits_.batch_tokens;
  int outputs = limits_.slots;
  std::vector<Runner*> prefilling;
  for (Runner* const runner : running_) {
    if (!may_run(*runner)) continue;
    if (runner->pending() > 1) {
      // Shortest first, and first come first among equals.
      prefilling.insert(std::upper_bound(prefilling.begin(), prefilling.end(), runner, has_less_to_do),
                        runner);
    } else if (outputs > 0 && tokens > 0) {
      shares_.push_back({runner, 1});
      --tokens;
      --outputs;
    }
  }
  auto left = static_cast<int>(prefilling.size());
  for (Runner* const runner : prefilling) {
    const int fair = (tokens + left - 1) / left;
    --left;
    int part = std::min(runner->pending(), fair);
    if (part == runner->pending() && outputs-- <= 0) --part;
    if (part <= 0) continue;
    shares_.push_back({runner, part});
    tokens -= part;
  }
  // More paused choices came back than there are slots: they take turns.
  if (static_cast<int>(running_.size()) > limits_.slots) {
    std::rotate(running_.begin(), running_.begin() + 1, running_.end());
  }
}

void Scheduler::make_room_for_shares() {
  const auto wanted = [&] {
    int sum = 0;
    for (const auto& share : shares_) sum += share.tokens;
    return sum;
  };
  while (!shares_.empty() && !pool_.make_room(wanted())) {
    Runner* victim = youngest_running(true);
    if (victim == nullptr) victim = youngest_running(false);
    if (running_.size() == 1) {
      victim->choice->cut(victim->generation->events);
      leave(*victim);
    } else {
      preempt(*victim);
    }
    std::erase_if(shares_, [&](const Share& share) { return share.runner == victim; });
  }
}

Runner* Scheduler::youngest_running(bool only_paused) const {
  Runner* found = nullptr;
  for (Runner* const runner : running_) {
    if (only_paused && may_run(*runner)) continue;
    if (found == nullptr || younger(runner, found)) found = runner;
  }
  return found;
}

bool Scheduler::preempt_paused() {
  Runner* const paused = youngest_running(true);
  if (paused != nullptr) preempt(*paused);
  return paused != nullptr;
}

void Scheduler::preempt(Runner& runner) {
  pool_.drop(runner.sequence);
  runner.sequence = -1;
  runner.computed = 0;
  std::erase(running_, &runner);
  waiting_.push_front(&runner);
  blocked_ = false;
  ++counters_.preemptions;
}

void Scheduler::leave(Runner& runner) {
  if (runner.sequence >= 0) pool_.keep(runner.sequence);
  runner.sequence = -1;
  std::erase(running_, &runner);
  std::erase(waiting_, &runner);
  // Whoever waits for its prompt need not wait for one that is gone.
  runner.generation->prompt_computed = true;
  blocked_ = false;
}

void Scheduler::computed(const Share& share) {
  auto& runner = *share.runner;
  const std::span<const llama_token> text(runner.choice->text());
  pool_.extend(runner.sequence, text.subspan(static_cast<std::size_t>(runner.computed),
                                             static_cast<std::size_t>(share.tokens)));
  const auto prompt = static_cast<int>(runner.choice->terms().prompt.size());
  const int of_prompt = std::clamp(prompt - runner.computed, 0, share.tokens);
  counters_.tokens_prefilled += static_cast<std::uint64_t>(of_prompt);
  runner.computed += share.tokens;
  if (runner.computed >= prompt) runner.generation->prompt_computed = true;
}

void Scheduler::choose(Runner& runner, std::span<float> logits) {
  runner.choice->take(logits, scratch_, runner.generation->events);
  ++counters_.tokens_decoded;
  if (runner.choice->is_over()) leave(runner);
}

void Scheduler::step_failed(const base::Failure& failure) {
  for (const auto& share : shares_) {
    fail(*share.runner, failure);
  }
}

// What the pool holds of it is no longer sure, so it does not become cache.
void Scheduler::fail(Runner& runner, const base::Failure& failure) {
  runner.choice->fail(failure, runner.generation->events);
  if (runner.sequence >= 0) pool_.drop(runner.sequence);
  runner.sequence = -1;
  leave(runner);
}

void Scheduler::step_refused() {
  if (running_.size() > 1) return preempt(*youngest_running(false));
  step_failed({base::FailureKind::internal, "the model's memory refused the next tokens", {}, {}});
}

void Scheduler::deliver() {
  note_counters();  // first: who has read the events may look at them
  for (const auto& generation : generations_) {
    if (!generation->events.empty()) generation->queue->push(std::exchange(generation->events, {}));
  }
  const auto is_over = [](const auto& generation) {
    return std::all_of(generation->choices.begin(), generation->choices.end(),
                       [](const auto& choice) { return choice->is_over(); });
  };
  std::erase_if(runners_, [&](const auto& runner) { return is_over(runner->generation); });
  std::erase_if(generations_, is_over);
}

void Scheduler::fail_all(const base::Failure& failure) {
  for (const auto& runner : runners_) {
    if (runner->choice->is_over()) continue;
    fail(*runner, failure);
  }
  deliver();
}

void Scheduler::note_counters() {
  counters_.running = static_cast<int>(running_.size());
  counters_.cells_used = pool_.pinned_cells();
  counters_.cells_cached = pool_.cells() - pool_.free_cells() - pool_.pinned_cells();
}

}  // namespace trilogue::engine::llama
