// A process that admits and settles at random is killed at a random moment, again and again. It tells this
// one through a pipe what it was told; all of that must be in the ledger, once. TRILOGUE_KILL_ROUNDS says how
// often.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <map>
#include <random>
#include <thread>

#include "store/ledger_testing.h"
#include "store/platform.h"

namespace trilogue::store {
namespace {

using Clock = std::chrono::steady_clock;

// What a child says once it is true.
struct Told {
  enum Kind : std::int64_t { admitted, noted, settled } kind;
  std::int64_t entry;
  std::int64_t tokens;
  std::int64_t microseconds;  // of the steady clock, which both processes share
};

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch()).count();
}

std::string trace(std::int64_t entry) {
  std::string digits = std::to_string(entry);
  return std::string(12 - digits.size(), '0') + digits;
}

// One thread of a child.
class RandomUse final {
 public:
  RandomUse(Ledger& ledger, int pipe, std::int64_t first, unsigned seed)
      : ledger_(ledger), pipe_(pipe), next_(first), random_(seed) {}

  [[noreturn]] void for_ever() {
    constexpr std::size_t kAlways = 2, kMost = 60;  // the first ones run until the end
    for (;;) {
      const unsigned choice = random_() % 8;
      if (running_.size() <= kAlways || (choice == 0 && running_.size() < kMost)) {
        admit();
      } else if (choice < 6) {
        note(running_[random_() % running_.size()]);
      } else {
        settle(kAlways + random_() % (running_.size() - kAlways));
      }
      if (choice == 7) std::this_thread::sleep_for(std::chrono::microseconds(random_() % 300));
    }
  }

 private:
  struct Running {
    std::shared_ptr<Ledger::Entry> entry;
    std::int64_t number = 0, tokens = 0;
  };

  void admit() {
    const std::int64_t number = next_++;
    const auto on_disk = [this, number](const base::Result<void>& done) {
      if (done) tell(Told::admitted, number, 0);
    };
    running_.push_back({ledger_.admit(admission(trace(number)), on_disk), number});
  }
  void note(Running& one) {
    one.entry->note({10, 0, ++one.tokens, 0, 0});
    if (one.tokens % 8 == 0) tell(Told::noted, one.number, one.tokens);
  }
  void settle(std::size_t place) {
    Running& one = running_[place];
    ledger_.settle(one.entry, {{10, 0, ++one.tokens, 0, 0}, "ok", 1, 2});
    tell(Told::settled, one.number, one.tokens);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(place));
  }
  void tell(Told::Kind kind, std::int64_t entry, std::int64_t tokens) const {
    const Told told{kind, entry, tokens, now()};  // small enough to be written whole
    if (write(pipe_, &told, sizeof told) != static_cast<ssize_t>(sizeof told)) _exit(3);
  }

  Ledger& ledger_;
  int pipe_;
  std::int64_t next_;
  std::mt19937 random_;
  std::vector<Running> running_;
};

[[noreturn]] void live(const base::Result<Platform>& platform, int pipe, std::int64_t first, unsigned seed) {
  if (!platform) _exit(1);
  constexpr std::int64_t kShare = 1'000'000;
  std::thread second([&] { RandomUse(*platform->ledger, pipe, first + kShare, seed + 1).for_ever(); });
  RandomUse(*platform->ledger, pipe, first, seed).for_ever();
}

struct Known {  // of an entry
  std::int64_t at_least = 0;
  bool settled = false;
};

class KilledLedger : public OnBothDatabases {
 protected:
  // A process that lives so long, and what it had told by then.
  void kill_after(std::chrono::microseconds life, bool durable, unsigned seed) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      live(open_platform(folder_.path(), durable, shared()), ends[1], next_, seed);
    }
    close(ends[1]);
    std::vector<Told> all;
    std::thread reader([&] {
      for (Told told; read(ends[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told);)
        all.push_back(told);
    });
    std::this_thread::sleep_for(life);
    const std::int64_t killed = now();
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    reader.join();
    close(ends[0]);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
    for (const Told& told : all) remember(told, killed);
    next_ += 10'000'000;
  }

  void remember(const Told& told, std::int64_t killed) {
    constexpr std::int64_t kNotedMicroseconds = 250'000;
    Known& known = known_[trace(told.entry)];
    if (told.kind == Told::settled) known = {told.tokens, true};
    if (told.kind == Told::noted && !known.settled && told.microseconds <= killed - kNotedMicroseconds)
      known.at_least = std::max(known.at_least, told.tokens);
  }

  // Opening is killed too, at whatever it does.
  void kill_while_opening(std::chrono::microseconds life) {
    const pid_t child = fork();
    if (child == 0) {
      auto platform = open_platform(folder_.path(), false, shared());
      for (;;) pause();
    }
    std::this_thread::sleep_for(life);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }

  void check() {
    auto platform = open_platform(folder_.path(), false, shared());
    ASSERT_TRUE(platform) << platform.error().message;
    EXPECT_EQ(platform->ledger->recovery().warning.find(".cut"), std::string::npos);
    std::map<std::string, LedgerRow> rows;
    for (LedgerRow& row : rows_of(*platform->reader)) {
      const std::string name = row.admission.trace_id;
      ASSERT_TRUE(rows.emplace(name, std::move(row)).second) << name << " is there twice";
    }
    for (const auto& [name, known] : known_) {
      const auto row = rows.find(name);
      ASSERT_NE(row, rows.end()) << name << " was admitted and is not in the ledger";
      const Settlement& found = row->second.settlement;
      EXPECT_GE(found.spent.output_tokens, known.at_least) << name;
      if (known.settled) {
        EXPECT_EQ(found.outcome, "ok") << name;
        EXPECT_EQ(found.spent.output_tokens, known.at_least) << name;
      }
    }
    expect_sums_match(*platform->reader);
  }

  static int rounds() {
    const char* set = std::getenv("TRILOGUE_KILL_ROUNDS");
    return set == nullptr ? 24 : std::atoi(set);
  }

  TestFolder folder_;
  std::map<std::string, Known> known_;
  std::int64_t next_ = 0;
};

TEST_P(KilledLedger, HasEveryAdmissionOnceWheneverItIsKilled) {
  std::mt19937 random(20261121);
  for (int round = 0; round < rounds(); ++round) {
    SCOPED_TRACE(round);
    const bool durable = round % 4 == 3;
    const unsigned most = round % 6 == 5 ? 600'000 : 60'000;
    const unsigned least = server_ && round % 2 == 0 ? 60'000 : 0;  // a server takes longer to be opened
    kill_after(std::chrono::microseconds(least + random() % most), durable, static_cast<unsigned>(random()));
    for (unsigned again = random() % 3; again > 0; --again)
      kill_while_opening(std::chrono::microseconds(random() % 20'000));
    if (round % 4 == 1) check();
    if (HasFatalFailure()) return;
  }
  check();
  EXPECT_GT(known_.size(), 100U);
}

INSTANTIATE_TEST_SUITE_P(Both, KilledLedger, both_databases(), kind_name);

}  // namespace
}  // namespace trilogue::store
