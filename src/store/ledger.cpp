#include "store/ledger.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "store/journal.h"
#include "store/journal_format.h"
#include "store/journal_recovery.h"
#include "store/ledger_rows.h"

namespace trilogue::store {

using base::FailureKind;
using base::Result;
using std::chrono_literals::operator""ms;
using SteadyTime = std::chrono::steady_clock::time_point;

namespace {

constexpr auto kTick = 50ms;          // settled entries wait for their batch so long
constexpr int kTicksPerProgress = 2;  // what running requests have used is journalled every 100 ms
constexpr auto kRetry = 250ms;        // after a disk that could not be written
constexpr std::size_t kChunk = 512;   // entries that are looked at under one lock
constexpr std::size_t kOldSegments = 4;
constexpr std::size_t kMaxUnmoved =
    1'000'000;  // then the database must be written before anything is admitted
constexpr std::int64_t kKeptInMemory = 100'000;
constexpr std::int64_t kMost = 1'000'000'000'000'000;

Spent within_bounds(Spent spent) {
  for (std::int64_t* field : {&spent.prompt_tokens, &spent.cached_tokens, &spent.output_tokens,
                              &spent.reasoning_tokens, &spent.cost})
    *field = std::clamp<std::int64_t>(*field, 0, kMost);
  return spent;
}

base::Failure refusal(const std::string& why) {
  return {FailureKind::unavailable, "The request cannot be recorded: " + why, {}, std::chrono::seconds(1)};
}

}  // namespace

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

struct Ledger::State {
  using Entries = std::vector<std::shared_ptr<Entry>>;
  using Lock = std::unique_lock<std::mutex>;
  struct Waiting {
    std::shared_ptr<Entry> entry;
    Journalled journalled;
  };

  State(const Settings& settings, DatabaseThread& owner, std::string run_name)
      : durable(settings.durable && !settings.journal.empty()),
        segment_bytes(settings.segment_bytes),
        run(std::move(run_name)),
        database(owner),
        rows(settings.journal.empty() ? kKeptInMemory : 0) {}

  // By the callers.
  Result<void> make_room(std::size_t bytes);
  void begin(const std::shared_ptr<Entry>& entry, std::string_view record);
  void end(const std::shared_ptr<Entry>& entry);
  void wake_if_idle();

  // On the ledger's thread; what takes its time is done without the lock.
  void loop();
  void wait(Lock& lock);
  void tick(Lock& lock);
  void grow(Lock& lock);
  void progress(Lock& lock);
  void journal_progress(Entry& entry, std::size_t too_old);
  Result<void> sync(Lock& lock);
  void answer_waiting(Lock& lock);
  void move(Lock& lock);
  void drop(Lock& lock);
  void finish(Lock& lock);

  // On the database's thread.
  void write(Database& to, const Entries& batch);
  void moved(const Entries& batch, const Result<void>& done);

  std::size_t promised() const { return (running.size() + 1) * kSettledBytes; }

  const bool durable;
  const std::size_t segment_bytes;
  const std::string run;
  DatabaseThread& database;
  LedgerRows rows;
  Recovery recovery;
  std::atomic<std::uint64_t> numbers = 0;

  mutable std::mutex mutex;
  // Guarded by it from here on.
  std::condition_variable for_thread;
  std::condition_variable for_flush;
  std::unique_ptr<Journal> journal;  // none in memory
  Entries running;
  Entries settled;                  // not yet given to the database
  std::shared_ptr<Entries> moving;  // given to it, or to be given again
  bool in_flight = false;
  std::vector<Waiting> waiting;      // for the disk, when durable
  std::uint64_t sequence = 0;        // of the last settlement
  std::uint64_t moved_sequence = 0;  // that the database has
  std::uint64_t failures = 0;
  std::optional<base::Failure> trouble;
  SteadyTime grow_again;
  SteadyTime move_again;
  SteadyTime next_tick;
  int ticks = 0;
  bool idle = false;
  bool hurry = false;
  bool leaving = false;
  std::thread thread;
};

// Takes another segment at once if the thread was late with it.
Result<void> Ledger::State::make_room(std::size_t bytes) {
  const std::size_t unmoved = settled.size() + (moving ? moving->size() : 0);
  if (unmoved >= kMaxUnmoved && trouble) return base::fail(refusal(trouble->message));
  if (!journal) return {};
  while (journal->room() < bytes + promised()) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now < grow_again && trouble) return base::fail(refusal(trouble->message));
    auto segment = journal->make();
    if (!segment) {
      grow_again = now + kRetry;
      trouble = segment.error();
      return base::fail(refusal(trouble->message));
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
  auto entry = std::make_shared<Entry>();
  fit(admission);
  admission.spent = within_bounds(admission.spent);
  entry->note(admission.spent);
  entry->journalled_ = admission.spent;
  entry->number_ = state_->numbers.fetch_add(1, std::memory_order_relaxed) + 1;
  entry->admission_ = std::move(admission);
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
  while (state_->moved_sequence < wanted && state_->failures == failures) {
    state_->hurry = true;
    state_->idle = false;
    state_->for_thread.notify_one();
    state_->for_flush.wait(lock);
  }
  if (state_->moved_sequence >= wanted) return {};
  return base::fail(state_->trouble.value_or(refusal("it was tried in vain")));
}

std::optional<base::Failure> Ledger::trouble() const {
  const std::lock_guard lock(state_->mutex);
  return state_->trouble;
}

const Ledger::Recovery& Ledger::recovery() const {
  return state_->recovery;
}

void Ledger::State::loop() {
  Lock lock(mutex);
  next_tick = std::chrono::steady_clock::now() + kTick;
  while (!leaving) {
    wait(lock);
    if (!waiting.empty()) answer_waiting(lock);
    if (hurry || std::chrono::steady_clock::now() >= next_tick) tick(lock);
  }
  finish(lock);
}

void Ledger::State::wait(Lock& lock) {
  const auto called = [this] { return leaving || hurry || !waiting.empty(); };
  if (running.empty() && settled.empty() && !moving) {
    idle = true;
    for_thread.wait(lock, [&] { return !idle || called(); });
    idle = false;
    next_tick = std::chrono::steady_clock::now() + kTick;
  }
  for_thread.wait_until(lock, next_tick, called);
}

void Ledger::State::tick(Lock& lock) {
  const SteadyTime now = std::chrono::steady_clock::now();
  next_tick = now + kTick;
  if (std::exchange(hurry, false)) move_again = now;
  if (journal) {
    if (now >= grow_again) grow(lock);
    if (++ticks % kTicksPerProgress == 0) progress(lock);
  }
  if (now >= move_again) move(lock);
  if (journal) drop(lock);
}

// Ahead of need, so that no request waits for it.
void Ledger::State::grow(Lock& lock) {
  if (journal->room() >= promised() + segment_bytes / 2) return;
  lock.unlock();
  auto segment = journal->make();
  lock.lock();
  if (!segment) {
    trouble = segment.error();
    grow_again = std::chrono::steady_clock::now() + kRetry;
    return;
  }
  journal->add(std::move(*segment));
}

// From the last to the first: who takes the place of one that ended meanwhile comes from behind, and was
// looked at already.
void Ledger::State::progress(Lock& lock) {
  const std::size_t live = running.size() * 2 * kSettledBytes / segment_bytes;
  const std::size_t many = kOldSegments + 4 * live;
  const std::size_t too_old = journal->old() > many ? journal->old() - many / 2 : 0;
  for (std::size_t left = running.size(); left > 0;) {
    left = std::min(left, running.size());
    const std::size_t stop = left > kChunk ? left - kChunk : 0;
    while (left > stop) journal_progress(*running[--left], too_old);
    lock.unlock();
    lock.lock();
  }
}

// An entry whose segment is in the way is told again.
void Ledger::State::journal_progress(Entry& entry, std::size_t too_old) {
  const Spent now = entry.noted();
  const bool is_in_the_way = too_old > 0 && journal->is_among_oldest(entry.segment_, too_old);
  if (now == entry.journalled_ && !is_in_the_way) return;
  JournalRecordWriter writer;
  entry.admission_.spent = now;
  const std::string_view record =
      is_in_the_way ? writer.admitted(entry.number_, entry.admission_) : writer.spent(entry.number_, now);
  if (journal->room() < record.size() + promised()) return;
  JournalSegment* segment = journal->append(record);
  entry.journalled_ = now;
  if (!is_in_the_way) return;
  segment->pins.fetch_add(1, std::memory_order_relaxed);
  std::exchange(entry.segment_, segment)->pins.fetch_sub(1, std::memory_order_release);
}

Result<void> Ledger::State::sync(Lock& lock) {
  const auto segments = journal->unsynced();
  lock.unlock();
  Result<void> done;
  for (const auto& segment : segments) {
    if (auto synced = segment->sync(); !synced && done) done = std::move(synced);
  }
  lock.lock();
  if (!done) {
    trouble = done.error();
    journal->turn_over(promised());  // what a disk has refused once is not asked of it again
  }
  return done;
}

void Ledger::State::answer_waiting(Lock& lock) {
  auto answered = std::exchange(waiting, {});
  const Result<void> synced = sync(lock);
  JournalRecordWriter writer;
  for (const Waiting& one : answered) {
    if (synced || one.entry->stage_ != Entry::Stage::running) continue;
    one.entry->stage_ = Entry::Stage::refused;
    journal->append(writer.refused(one.entry->number_));
    one.entry->segment_->pins.fetch_sub(1, std::memory_order_release);
    end(one.entry);
  }
  lock.unlock();
  for (const Waiting& one : answered) {
    if (!one.journalled) continue;
    synced ? one.journalled({}) : one.journalled(base::fail(refusal(synced.error().message)));
  }
  lock.lock();
}

// One batch at a time. What the database is given must be on the disk in the journal first: after a power cut
// an entry would be there and running as well.
void Ledger::State::move(Lock& lock) {
  if (in_flight || (settled.empty() && !moving)) return;
  if (!moving) moving = std::make_shared<Entries>();
  moving->insert(moving->end(), std::make_move_iterator(settled.begin()),
                 std::make_move_iterator(settled.end()));
  settled.clear();
  if (durable && !sync(lock)) {
    ++failures;
    move_again = std::chrono::steady_clock::now() + kRetry;
    for_flush.notify_all();
    return;
  }
  in_flight = true;
  auto batch = moving;
  lock.unlock();
  // Done again after a neighbour's failure, it finds nothing of what it wrote before.
  auto again = std::make_shared<bool>(false);
  auto work = [this, batch, again](Database& to) {
    if (std::exchange(*again, true)) rows.forget();
    write(to, *batch);
  };
  database.post(std::move(work), [this, batch](const Result<void>& done) { moved(*batch, done); });
  lock.lock();
}

void Ledger::State::write(Database& to, const Entries& batch) {
  rows.begin(to);
  for (const auto& entry : batch) rows.add(to, entry->admission_, entry->settlement_);
  rows.finish(to);
  if (!run.empty()) rows.remember(to, run, static_cast<std::int64_t>(batch.back()->sequence_));
}

void Ledger::State::moved(const Entries& batch, const Result<void>& done) {
  if (!done) rows.forget();
  for (const auto& entry : batch) {
    if (done && entry->segment_ != nullptr) entry->segment_->pins.fetch_sub(1, std::memory_order_release);
  }
  std::shared_ptr<Entries> finished;  // freed without the lock
  const std::lock_guard lock(mutex);
  in_flight = false;
  if (done) {
    moved_sequence = batch.back()->sequence_;
    finished = std::exchange(moving, nullptr);
    trouble.reset();
  } else {
    ++failures;
    trouble = done.error();
    move_again = std::chrono::steady_clock::now() + kRetry;
  }
  for_flush.notify_all();
  if (leaving) for_thread.notify_one();
}

void Ledger::State::drop(Lock& lock) {
  auto done = journal->take_done();
  if (done.empty()) return;
  if (durable) sync(lock);  // what was told again, before it goes from where it was told first
  lock.unlock();
  for (const auto& segment : done) segment->remove();
  done.clear();
  lock.lock();
}

// What is running stays in the journal for the next process; without that, nothing stays.
void Ledger::State::finish(Lock& lock) {
  if (!waiting.empty()) answer_waiting(lock);
  if (journal) progress(lock);
  const std::uint64_t failed = failures;
  while (in_flight || (failures == failed && (moving || !settled.empty()))) {
    move(lock);
    for_thread.wait(lock, [this] { return !in_flight; });
  }
  if (!journal) return;
  if (durable) sync(lock);
  if (!running.empty() || !settled.empty() || moving) return;
  for (const auto& segment : journal->take_all()) segment->remove();
  database.post([this_run = run](
                    Database& to) { to.prepare("DELETE FROM journals WHERE run = ?").bind(this_run).run(); },
                {});
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
