#include "store/ledger.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/random.h"
#include "store/journal_recovery.h"
#include "store/ledger_state.h"

namespace trilogue::store {

using base::FailureKind;
using base::Result;

namespace {

// So many settled entries may wait for a database that cannot be written; then nothing more is admitted.
constexpr std::size_t kMaxUnmoved = 1'000'000;
constexpr std::int64_t kMost = 1'000'000'000'000'000;

Spent within_bounds(Spent spent) {
  for (std::int64_t* field : {&spent.prompt_tokens, &spent.cached_tokens, &spent.output_tokens,
                              &spent.reasoning_tokens, &spent.cost})
    *field = std::clamp<std::int64_t>(*field, 0, kMost);
  return spent;
}

}  // namespace

base::Failure ledger_refusal(const std::string& why) {
  return {FailureKind::unavailable, "The request cannot be recorded: " + why, {}, std::chrono::seconds(1)};
}

void Ledger::Entry::note(const Spent& spent) {
  prompt_.store(spent.prompt_tokens, std::memory_order_relaxed);
  cached_.store(spent.cached_tokens, std::memory_order_relaxed);
  output_.store(spent.output_tokens, std::memory_order_relaxed);
  reasoning_.store(spent.reasoning_tokens, std::memory_order_relaxed);
  cost_.store(spent.cost, std::memory_order_relaxed);
}

Spent Ledger::Entry::noted() const {
  return within_bounds({prompt_.load(std::memory_order_relaxed), cached_.load(std::memory_order_relaxed),
                        output_.load(std::memory_order_relaxed), reasoning_.load(std::memory_order_relaxed),
                        cost_.load(std::memory_order_relaxed)});
}

std::shared_ptr<Ledger::Entry> Ledger::State::fresh_entry() {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex);
    if (!spare.empty()) {
      entry = std::move(spare.back());
      spare.pop_back();
    }
  }
  if (!entry) return std::make_shared<Entry>();
  entry->stage_ = Entry::Stage::refused;
  entry->segment_ = nullptr;
  return entry;
}

// Takes another segment at once if the thread was late with it.
Result<void> Ledger::State::make_room(std::size_t bytes) {
  if (unmoved() >= kMaxUnmoved && trouble) return base::fail(ledger_refusal(trouble->message));
  if (!journal) return {};
  while (journal->room() < bytes + promised()) {
    const base::SteadyTime now = std::chrono::steady_clock::now();
    if (now < grow_again && trouble) return base::fail(ledger_refusal(trouble->message));
    auto segment = journal->make();
    if (!segment) {
      grow_again = now + kLedgerRetry;
      trouble = segment.error();
      return base::fail(ledger_refusal(trouble->message));
    }
    journal->add(std::move(*segment));
  }
  return {};
}

void Ledger::State::begin(const std::shared_ptr<Entry>& entry, std::string_view record) {
  if (journal) {
    entry->segment_ = journal->append(record);
    entry->segment_->pins.fetch_add(1, std::memory_order_relaxed);
  }
  entry->stage_ = Entry::Stage::running;
  entry->place_ = running.size();
  running.push_back(entry);
}

// Takes it out of the running ones; the last of them takes its place.
void Ledger::State::end(const std::shared_ptr<Entry>& entry) {
  const std::size_t place = entry->place_;
  if (place + 1 != running.size()) {
    running[place] = std::move(running.back());
    running[place]->place_ = place;
  }
  running.pop_back();
}

void Ledger::State::wake_if_idle() {
  if (!idle) return;
  idle = false;
  for_thread.notify_one();
}

std::shared_ptr<Ledger::Entry> Ledger::admit(Admission admission, Journalled journalled) {
  auto entry = state_->fresh_entry();
  fit(admission);
  admission.spent = within_bounds(admission.spent);
  entry->note(admission.spent);
  entry->journalled_ = admission.spent;
  entry->number_ = state_->numbers.fetch_add(1, std::memory_order_relaxed) + 1;
  entry->admission_ = admission;  // copied: one that was used before has the room
  JournalRecordWriter writer;
  const std::string_view record =
      state_->journal ? writer.admitted(entry->number_, entry->admission_) : std::string_view();

  Result<void> admitted;
  {
    const std::lock_guard lock(state_->mutex);
    admitted = state_->make_room(record.size());
    if (admitted) state_->begin(entry, record);
    if (admitted && state_->durable) {
      state_->waiting.push_back({entry, std::move(journalled)});
      state_->idle = false;
      state_->for_thread.notify_one();
      return entry;
    }
    if (admitted) state_->wake_if_idle();
  }
  if (journalled) journalled(std::move(admitted));
  return entry;
}

void Ledger::settle(const std::shared_ptr<Entry>& entry, Settlement settlement) {
  fit(settlement);
  settlement.spent = within_bounds(settlement.spent);
  JournalRecordWriter writer;
  const std::lock_guard lock(state_->mutex);
  if (entry->stage_ != Entry::Stage::running) return;
  entry->stage_ = Entry::Stage::settled;
  entry->settlement_ = std::move(settlement);
  entry->sequence_ = ++state_->sequence;
  if (state_->journal)
    state_->journal->append(writer.settled(entry->number_, entry->sequence_, entry->settlement_));
  state_->end(entry);
  state_->settled.push_back(entry);
  state_->wake_if_idle();
}

Result<void> Ledger::flush() {
  State::Lock lock(state_->mutex);
  const std::uint64_t wanted = state_->sequence;
  const std::uint64_t failures = state_->failures;
  const auto moving = [&] { return state_->moved_sequence < wanted && state_->failures == failures; };
  while (moving() || !state_->waiting.empty() || state_->answering) {
    state_->hurry = true;
    state_->idle = false;
    state_->for_thread.notify_one();
    state_->for_flush.wait(lock);
  }
  if (state_->moved_sequence >= wanted) return {};
  return base::fail(state_->trouble.value_or(ledger_refusal("it was tried in vain")));
}

std::optional<base::Failure> Ledger::trouble() const {
  const std::lock_guard lock(state_->mutex);
  return state_->trouble;
}

std::size_t Ledger::unmoved() const {
  const std::lock_guard lock(state_->mutex);
  return state_->unmoved();
}

void Ledger::on_trouble(Told told) {
  const std::lock_guard lock(state_->mutex);
  state_->told = std::move(told);
}

bool Ledger::durable() const {
  return state_->durable;
}

const Ledger::Recovery& Ledger::recovery() const {
  return state_->recovery;
}

Result<std::unique_ptr<Ledger>> Ledger::open(const Settings& settings, DatabaseThread& thread) {
  const bool in_memory = settings.journal.empty();
  base::Random random;
  const std::string run = in_memory ? "" : random.text(base::kLowerHex, 16);
  auto state = std::make_unique<State>(settings, thread, run);
  if (!in_memory) {
    auto found = find_journal_files(settings.journal);
    if (!found) return base::fail(std::move(found.error()));
    auto recovered = recover_journal(found->files, state->rows, thread);
    if (!recovered) return base::fail(std::move(recovered.error()));
    state->recovery = std::move(*recovered);
    const JournalSegment::Settings files{run, settings.segment_bytes, settings.durable};
    state->journal = std::make_unique<Journal>(settings.journal, files, found->next);
    auto segment = state->journal->make();
    if (!segment) return base::fail(std::move(segment.error()));
    state->journal->add(std::move(*segment));
  }
  state->thread = std::thread([&shared = *state] { shared.loop(); });
  return std::unique_ptr<Ledger>(new Ledger(std::move(state)));
}

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}

Ledger::~Ledger() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->leaving = true;
  }
  state_->for_thread.notify_one();
  state_->thread.join();
}

}  // namespace trilogue::store
