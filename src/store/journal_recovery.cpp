#include "store/journal_recovery.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <future>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "store/journal_format.h"

namespace trilogue::store {

using base::FailureKind;
using base::Result;

namespace {

// Of a run whose journal is done with.
constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();

base::Failure cannot_read(const std::string& file, const char* why) {
  return {FailureKind::unavailable, "Cannot read " + file + ": " + why, {}, {}};
}

// Its writer holds a lock on it as long as it lives.
Result<std::string> read_file(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return base::fail(cannot_read(file, std::strerror(errno)));
  const bool free = flock(descriptor, LOCK_SH | LOCK_NB) == 0;
  std::string bytes;
  int error = 0;
  for (constexpr std::size_t kPiece = 1 << 20; free;) {
    const std::size_t size = bytes.size();
    bytes.resize(size + kPiece);
    const ssize_t got = read(descriptor, bytes.data() + size, kPiece);
    bytes.resize(size + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error = errno;
    if (got <= 0) break;
  }
  close(descriptor);
  if (!free) return base::fail(cannot_read(file, "another process is writing to it"));
  if (error != 0) return base::fail(cannot_read(file, std::strerror(error)));
  return bytes;
}

// Reads segment after segment and moves what they tell into the database. On the database's thread.
class Replay final {
 public:
  Replay(Database& database, LedgerRows& rows) : database_(database), rows_(rows) { rows_.begin(database_); }

  // What of it could not be read.
  enum class Found { whole, unfinished, broken };
  Found read(std::string_view bytes) {
    JournalReader reader(bytes);
    while (auto record = reader.next()) {
      if (const auto* started = std::get_if<JournalStarted>(&*record)) run_ = &run_of(started->run);
      if (run_ == nullptr) return Found::broken;  // without its beginning nothing can be told apart
      std::visit([this](auto& r) { take(r); }, *record);
    }
    const bool has_run = std::exchange(run_, nullptr) != nullptr;
    if (!has_run && !reader.broken()) return Found::whole;  // killed before it wrote anything
    if (!has_run || reader.lost_more_than_one()) return Found::broken;
    return reader.broken() ? Found::unfinished : Found::whole;
  }

  void finish() {
    drop_what_the_database_has();
    for (auto& [name, run] : runs_) {
      for (auto& [number, admission] : run.running) {
        rows_.add(database_, admission, {admission.spent, "interrupted", 0, 0});
        ++recovery_.interrupted;
      }
    }
    rows_.finish(database_);
    for (const auto& [name, run] : runs_) LedgerRows::remember(database_, name, kAll);
  }

  const Ledger::Recovery& recovery() const { return recovery_; }
  std::vector<std::string> runs() const {
    std::vector<std::string> names;
    for (const auto& [name, run] : runs_) names.push_back(name);
    return names;
  }

 private:
  struct Run {
    std::int64_t moved = 0;  // the last settlement that the database has
    std::unordered_map<std::uint64_t, Admission> running;
  };

  Run& run_of(const std::string& name) {
    const auto [place, is_new] = runs_.try_emplace(name);
    if (is_new) place->second.moved = LedgerRows::moved(database_, name);
    return place->second;
  }

  void take(JournalStarted&) {}
  void take(JournalAdmitted& record) {
    if (run_->moved != kAll) run_->running.insert_or_assign(record.number, std::move(record.admission));
  }
  void take(const JournalSpent& record) {
    const auto entry = run_->running.find(record.number);
    if (entry != run_->running.end()) entry->second.spent = record.spent;
  }
  void take(const JournalSettled& record) {
    const auto entry = run_->running.find(record.number);
    if (entry == run_->running.end()) return;
    if (static_cast<std::int64_t>(record.sequence) > run_->moved) {
      rows_.add(database_, entry->second, record.settlement);
      ++recovery_.settled;
    }
    run_->running.erase(entry);
  }
  void take(const JournalRefused& record) { run_->running.erase(record.number); }

  // Where a settlement cannot be read any more, its entry looks as if it ran; and a power cut may leave zeros
  // where the journal had it, while the database has its row. So what is in a row already is not written
  // twice.
  void drop_what_the_database_has() {
    std::map<std::tuple<std::int64_t, std::string, std::string>, std::pair<Run*, std::uint64_t>> running;
    for (auto& [name, run] : runs_) {
      for (const auto& [number, admission] : run.running)
        running[{admission.arrived, admission.trace_id, admission.span_id}] = {&run, number};
    }
    if (running.empty()) return;
    auto rows = database_.prepare(
        "SELECT arrived, trace_id, span_id FROM requests "
        "WHERE number > (SELECT max(number) FROM requests) - 1000000 AND arrived >= ?");
    rows.bind(std::get<0>(running.begin()->first));
    while (rows.step()) {
      const auto found = running.find({rows.integer(0), rows.text(1), rows.text(2)});
      if (found != running.end()) found->second.first->running.erase(found->second.second);
    }
  }

  Database& database_;
  LedgerRows& rows_;
  Run* run_ = nullptr;  // of the segment that is being read
  std::map<std::string, Run> runs_;
  Ledger::Recovery recovery_;
};

// What was told of the files, in the order of their names.
struct Outcome {
  Ledger::Recovery recovery;
  std::vector<std::string> runs;
  std::vector<Replay::Found> found;
};

void replay(Database& database, LedgerRows& rows, const std::vector<std::string>& files, Outcome& outcome) {
  outcome = {};  // it may be done a second time
  rows.forget();
  Replay replay(database, rows);
  for (const std::string& file : files) {
    const auto bytes = read_file(file);
    if (!bytes) return database.refuse(bytes.error());
    outcome.found.push_back(replay.read(*bytes));
  }
  replay.finish();
  outcome.recovery = replay.recovery();
  outcome.runs = replay.runs();
}

Result<void> run_on(DatabaseThread& thread, DatabaseThread::Work work) {
  std::promise<Result<void>> promise;
  thread.post(std::move(work), [&promise](Result<void> done) { promise.set_value(std::move(done)); });
  return promise.get_future().get();
}

// Whether the file is out of the way.
bool clear_away(const std::string& file, Replay::Found found) {
  if (found == Replay::Found::broken && std::rename(file.c_str(), (file + ".cut").c_str()) == 0) return true;
  return unlink(file.c_str()) == 0;
}

void warn(std::string& warning, const std::string& file, Replay::Found found) {
  if (found == Replay::Found::whole) return;
  if (!warning.empty()) warning += "; ";
  warning += found == Replay::Found::unfinished
                 ? file + " ended in a record that was not whole"
                 : file + " could not be read to its end and is kept as " + file + ".cut";
}

}  // namespace

Result<Ledger::Recovery> recover_journal(const std::vector<std::string>& files, LedgerRows& rows,
                                         DatabaseThread& thread) {
  if (files.empty()) return Ledger::Recovery{};
  Outcome outcome;
  const auto done = run_on(thread, [&](Database& database) { replay(database, rows, files, outcome); });
  if (!done) {
    rows.forget();
    return base::fail(
        FailureKind::unavailable,
        "Cannot settle what " + files.front() + " and the files after it tell of: " + done.error().message);
  }
  bool all_cleared = true;
  for (std::size_t i = 0; i < files.size(); ++i) {
    warn(outcome.recovery.warning, files[i], outcome.found[i]);
    all_cleared = clear_away(files[i], outcome.found[i]) && all_cleared;
  }
  if (all_cleared) {  // else they must be known as done when they are read again
    thread.post(
        [runs = std::move(outcome.runs)](Database& database) {
          for (const std::string& run : runs)
            database.prepare("DELETE FROM journals WHERE run = ?").bind(run).run();
        },
        {});
  }
  return std::move(outcome.recovery);
}

}  // namespace trilogue::store
