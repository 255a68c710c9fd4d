#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "store/ledger_state.h"

namespace trilogue::store {

using base::Result;

namespace {

constexpr int kTicksPerProgress = 2;  // what running requests have used is journalled every 100 ms
constexpr std::size_t kChunk = 512;   // entries that are looked at under one lock
constexpr std::size_t kOldSegments = 4;

}  // namespace

void Ledger::State::loop() {
  Lock lock(mutex);
  next_tick = std::chrono::steady_clock::now() + kLedgerTick;
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
    next_tick = std::chrono::steady_clock::now() + kLedgerTick;
  }
  for_thread.wait_until(lock, next_tick, called);
}

void Ledger::State::tick(Lock& lock) {
  const base::SteadyTime now = std::chrono::steady_clock::now();
  next_tick = now + kLedgerTick;
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
  const JournalSegment* newest = journal->newest();
  lock.unlock();
  auto segment = journal->make();
  lock.lock();
  if (!segment) {
    trouble = segment.error();
    grow_again = std::chrono::steady_clock::now() + kLedgerRetry;
    return;
  }
  // A request that needed room made one meanwhile, with a higher number: recovery reads by number, so the
  // lower one must not be written to after it.
  if (journal->newest() != newest) {
    (*segment)->remove();
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
  answering = true;
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
    synced ? one.journalled({}) : one.journalled(base::fail(ledger_refusal(synced.error().message)));
  }
  lock.lock();
  answering = false;
  for_flush.notify_all();
}

// One batch at a time. What the database is given must be on the disk in the journal first: after a power cut
// an entry would be there and running as well.
void Ledger::State::move(Lock& lock) {
  if (in_flight || (settled.empty() && !moving)) return;
  if (!moving) moving = std::make_shared<Entries>();
  moving->insert(moving->end(), std::make_move_iterator(settled.begin()),
                 std::make_move_iterator(settled.end()));
  settled.clear();
  if (const Result<void> synced = durable ? sync(lock) : Result<void>(); !synced) {
    ++failures;
    move_again = std::chrono::steady_clock::now() + kLedgerRetry;
    for_flush.notify_all();
    tell(lock, synced);
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

// Once for each time that it changes.
void Ledger::State::tell(Lock& lock, const Result<void>& moved) {
  if (stuck == !moved) return;
  stuck = !moved;
  if (!told) return;
  const Told teller = told;
  lock.unlock();
  teller(moved ? std::nullopt : std::optional(moved.error()));
  lock.lock();
}

// What is tried again after an error may be in the database nevertheless: a server that is lost at the wrong
// moment does not tell.
void Ledger::State::write(Database& to, const Entries& batch) {
  rows.begin(to);
  const auto has = static_cast<std::uint64_t>(run.empty() ? 0 : LedgerRows::moved(to, run));
  for (const auto& entry : batch) {
    if (entry->sequence_ > has) rows.add(to, entry->admission_, entry->settlement_);
  }
  rows.finish(to);
  if (!run.empty()) LedgerRows::remember(to, run, static_cast<std::int64_t>(batch.back()->sequence_));
}

void Ledger::State::moved(const Entries& batch, const Result<void>& done) {
  if (!done) rows.forget();
  for (const auto& entry : batch) {
    if (done && entry->segment_ != nullptr) entry->segment_->pins.fetch_sub(1, std::memory_order_release);
  }
  std::shared_ptr<Entries> finished;  // freed without the lock
  Lock lock(mutex);
  trouble = done ? std::nullopt : std::optional(done.error());
  tell(lock, done);  // before it is over: with that the ledger may go
  in_flight = false;
  if (done) {
    moved_sequence = batch.back()->sequence_;
    finished = std::exchange(moving, nullptr);
    keep_spare(*finished);
  } else {
    ++failures;
    move_again = std::chrono::steady_clock::now() + kLedgerRetry;
  }
  for_flush.notify_all();
  if (leaving) for_thread.notify_one();
}

void Ledger::State::keep_spare(Entries& done) {
  for (auto& entry : done) {
    if (spare.size() == kSpareEntries) return;
    if (entry.use_count() == 1) spare.push_back(std::move(entry));
  }
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

}  // namespace trilogue::store
