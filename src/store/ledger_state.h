// What the ledger's callers, its own thread and the database's thread share. ledger.cpp has the callers'
// part, ledger_thread.cpp the rest. For these two files only.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "store/journal.h"
#include "store/journal_format.h"
#include "store/ledger.h"
#include "store/ledger_rows.h"

namespace trilogue::store {

inline constexpr std::chrono::milliseconds kLedgerTick{50};  // settled entries wait for their batch so long
inline constexpr std::size_t kSpareEntries = 8192;
inline constexpr std::chrono::milliseconds kLedgerRetry{250};  // after a disk that could not be written

// What a caller is told when its request cannot be recorded.
base::Failure ledger_refusal(const std::string& why);

struct Ledger::State {
  using Entries = std::vector<std::shared_ptr<Entry>>;
  using Lock = std::unique_lock<std::mutex>;
  struct Waiting {
    std::shared_ptr<Entry> entry;
    Journalled journalled;
  };

  static constexpr std::int64_t kKeptInMemory = 100'000;  // single requests

  State(const Settings& settings, DatabaseThread& owner, std::string run_name)
      : durable(settings.durable && !settings.journal.empty()),
        segment_bytes(settings.segment_bytes),
        run(std::move(run_name)),
        database(owner),
        rows(settings.journal.empty() ? kKeptInMemory : 0, settings.server) {}

  // By the callers.
  std::shared_ptr<Entry> fresh_entry();
  base::Result<void> make_room(std::size_t bytes);
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
  base::Result<void> sync(Lock& lock);
  void answer_waiting(Lock& lock);
  void move(Lock& lock);
  void tell(Lock& lock, const base::Result<void>& moved);
  void drop(Lock& lock);
  void finish(Lock& lock);

  // On the database's thread.
  void write(Database& to, const Entries& batch);
  void moved(const Entries& batch, const base::Result<void>& done);
  void keep_spare(Entries& done);

  std::size_t unmoved() const { return settled.size() + (moving ? moving->size() : 0); }
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
  // Done with and nobody's, to be used again: memory that one thread gives back for another is dear.
  Entries spare;
  std::vector<Waiting> waiting;      // for the disk, when durable
  std::uint64_t sequence = 0;        // of the last settlement
  std::uint64_t moved_sequence = 0;  // that the database has
  std::uint64_t failures = 0;
  std::optional<base::Failure> trouble;
  Told told;
  bool stuck = false;  // and it was told
  base::SteadyTime grow_again;
  base::SteadyTime move_again;
  base::SteadyTime next_tick;
  int ticks = 0;
  bool idle = false;
  bool hurry = false;
  bool answering = false;  // those that waited
  bool leaving = false;
  std::thread thread;
};

}  // namespace trilogue::store
