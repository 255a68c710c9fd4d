#include "store/ledger.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "store/journal_format.h"
#include "store/ledger_testing.h"

namespace trilogue::store {
namespace {

using base::FailureKind;
using Clock = std::chrono::steady_clock;

class LedgerTest : public OnBothDatabases {
 protected:
  Ledger::Settings settings(bool durable = false) {
    return {folder_.file("ledger.journal"), durable, 1 << 16, server_ ? "one" : ""};
  }
  base::Result<LedgerAndDatabase> open(bool durable = false) {
    return open_ledger(open_database(folder_.file("platform.db")), settings(durable));
  }
  // Without a journal, and where there is a file, without that.
  base::Result<LedgerAndDatabase> open_in_memory() { return open_ledger(open_database(""), {}); }
  // The database does not mind what this one's is like.
  bool on_another_disk() const { return server_ != nullptr; }
  // Until it holds, or a time that is long for any machine.
  static bool comes_true(const std::function<bool()>& holds) {
    const auto end = Clock::now() + std::chrono::seconds(20);
    while (!holds()) {
      if (Clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  TestFolder folder_;
};

// From the last settlement on.
void zero_the_end(const std::string& file) {
  std::stringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  std::string bytes = content.str();
  JournalReader reader(bytes);
  std::size_t begin = 0, last = std::string::npos;
  while (const auto record = reader.next()) {
    if (std::holds_alternative<JournalSettled>(*record)) last = begin;
    begin = reader.position();
  }
  ASSERT_NE(last, std::string::npos);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(last), bytes.end(), '\0');
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

TEST_P(LedgerTest, InMemoryAnswersAtOnceAndKeepsWhatWasSettled) {
  auto store = open_in_memory();
  ASSERT_TRUE(store);
  std::thread::id answered;
  const auto entry = store->ledger->admit(admission("a"), [&](const base::Result<void>& done) {
    EXPECT_TRUE(done);
    answered = std::this_thread::get_id();
  });
  EXPECT_EQ(answered, std::this_thread::get_id());
  store->ledger->settle(entry, settlement(7));
  ASSERT_TRUE(store->ledger->flush());
  const auto rows = rows_of(*store->thread);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].settlement, settlement(7));
  expect_sums_match(*store->thread);
}

TEST_P(LedgerTest, CountsTheFirstSettlementOnly) {
  auto store = open_in_memory();
  const auto entry = store->ledger->admit(admission("a"), {});
  store->ledger->settle(entry, settlement(7));
  store->ledger->settle(entry, settlement(900));
  ASSERT_TRUE(store->ledger->flush());
  store->ledger->settle(entry, settlement(900));
  ASSERT_TRUE(store->ledger->flush());
  EXPECT_EQ(total_of(*store->thread), (UsageRow{"", 1, {10, 4, 7, 1, 100}}));
}

TEST_P(LedgerTest, KeepsSumsWithinBounds) {
  auto store = open_in_memory();
  const auto entry = store->ledger->admit(admission("a"), {});
  store->ledger->settle(entry, {{-5, 0, std::numeric_limits<std::int64_t>::max(), 0, -1}, "ok", 0, 0});
  ASSERT_TRUE(store->ledger->flush());
  EXPECT_EQ(total_of(*store->thread).spent, (Spent{0, 0, 1'000'000'000'000'000, 0, 0}));
}

TEST_P(LedgerTest, LeavesNoJournalBehindWhenAllIsSettled) {
  for (const bool durable : {false, true}) {
    auto store = open(durable);
    ASSERT_TRUE(store) << store.error().message;
    store->ledger->settle(store->ledger->admit(admission("a"), {}), settlement(7));
    EXPECT_FALSE(journal_files(folder_).empty());
    store->ledger.reset();
    EXPECT_TRUE(journal_files(folder_).empty());
  }
  auto store = open();
  EXPECT_EQ(rows_of(*store->thread).size(), 2U);
  EXPECT_EQ(store->ledger->recovery().settled, 0);
  expect_sums_match(*store->thread);
}

TEST_P(LedgerTest, SettlesWhatAStoppedServerLeftRunningWithWhatItHadNoted) {
  {
    auto store = open();
    const auto entry = store->ledger->admit(admission("left", 33), {});
    entry->note({33, 3, 5, 2, 77});
  }
  auto store = open();
  EXPECT_EQ(store->ledger->recovery().interrupted, 1);
  EXPECT_EQ(store->ledger->recovery().warning, "");
  const auto rows = rows_of(*store->thread);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].admission,
            (Admission{"left", "key_a", "acct_a", "small", "chat", 1'700'000'000'000, {}, "span of left"}));
  EXPECT_EQ(rows[0].settlement, (Settlement{{33, 3, 5, 2, 77}, "interrupted", 0, 0}));
}

TEST_P(LedgerTest, RemembersOfAKilledProcessWhatWasToldAndAboutTheTokensThatWereNoted) {
  in_a_process_that_dies([this] {
    auto store = open();
    const auto running = store->ledger->admit(admission("running"), {});
    const auto over = store->ledger->admit(admission("settled"), {});
    store->ledger->settle(over, settlement(9));
    running->note({10, 0, 50, 0, 0});
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    die(true);
  });
  auto store = open();
  const auto rows = rows_of(*store->thread);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].settlement.outcome, "interrupted");
  EXPECT_EQ(rows[0].settlement.spent.output_tokens, 50);
  EXPECT_EQ(rows[1].settlement, settlement(9));
  expect_sums_match(*store->thread);
}

TEST_P(LedgerTest, MovesNothingTwiceWhenKilledBetweenTheDatabaseAndTheJournal) {
  for (int round = 0; round < 3; ++round) {
    in_a_process_that_dies([&] {
      auto store = open();
      for (int i = 0; i < 20; ++i)
        store->ledger->settle(store->ledger->admit(admission(std::to_string(round * 100 + i)), {}),
                              settlement(1));
      die(store->ledger->flush().has_value());
    });
  }
  auto store = open();
  EXPECT_EQ(store->ledger->recovery().settled, 0);
  EXPECT_EQ(rows_of(*store->thread).size(), 60U);
  expect_sums_match(*store->thread);
}

// A power cut may take the last page of the journal and leave what the database had synced before.
TEST_P(LedgerTest, WritesNothingTwiceWhereTheEndOfTheJournalIsZeros) {
  in_a_process_that_dies([&] {
    auto store = open();
    const auto running = store->ledger->admit(admission("running"), {});
    store->ledger->settle(store->ledger->admit(admission("settled"), {}), settlement(9));
    die(store->ledger->flush().has_value());
  });
  const auto files = journal_files(folder_);
  ASSERT_EQ(files.size(), 1U);
  zero_the_end(files.front());
  auto store = open();
  const auto rows = rows_of(*store->thread);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].settlement.outcome, "interrupted");
  EXPECT_EQ(rows[1].settlement, settlement(9));
  expect_sums_match(*store->thread);
}

TEST_P(LedgerTest, TellsManyThreadsThatTheDiskHasTheirAdmissions) {
  constexpr int kThreads = 4, kEach = 50;
  std::atomic<int> told = 0;
  in_a_process_that_dies([&] {
    auto store = open(true);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i)
          store->ledger->admit(admission(std::to_string(t) + "_" + std::to_string(i)),
                               [&](const base::Result<void>& done) { told += done ? 1 : 1000; });
      });
    }
    for (auto& thread : threads) thread.join();
    die(comes_true([&] { return told >= kThreads * kEach; }) && told == kThreads * kEach);
  });
  auto store = open(true);
  EXPECT_EQ(store->ledger->recovery().interrupted, kThreads * kEach);
  std::set<std::string> traces;
  for (const LedgerRow& row : rows_of(*store->thread)) traces.insert(row.admission.trace_id);
  EXPECT_EQ(traces.size(), static_cast<std::size_t>(kThreads * kEach));
}

TEST_P(LedgerTest, KeepsLongRunningEntriesWithoutKeepingTheJournalAroundThem) {
  in_a_process_that_dies([this] {
    auto store = open();
    std::vector<std::shared_ptr<Ledger::Entry>> running;
    for (int i = 0; i < 10; ++i)
      running.push_back(store->ledger->admit(admission("long" + std::to_string(i)), {}));
    for (int i = 0; i < 8000; ++i) {  // some 30 segments
      store->ledger->settle(store->ledger->admit(admission("short"), {}), settlement(1));
      if (i % 1000 == 0 && !store->ledger->flush()) die(false);
    }
    for (const auto& entry : running) entry->note({10, 0, 3, 0, 0});
    die(store->ledger->flush().has_value() &&
        comes_true([this] { return journal_files(folder_).size() < 10; }));
  });
  auto store = open();
  EXPECT_EQ(store->ledger->recovery().interrupted, 10);
  EXPECT_EQ(total_of(*store->thread).requests, 8010);
}

TEST_P(LedgerTest, DoesNotMindAClockThatJumps) {
  const std::vector<std::int64_t> moments{1'700'000'000'000, 0, 4'000'000'000'000, -1, 1'600'000'000'000};
  in_a_process_that_dies([&] {
    auto store = open();
    for (std::size_t i = 0; i < moments.size(); ++i) {
      for (const char* end : {"settled", "running"}) {
        Admission one = admission(std::to_string(i) + end);
        one.arrived = moments[i];
        const auto entry = store->ledger->admit(one, {});
        if (*end == 's') store->ledger->settle(entry, {{}, "ok", -5, -1'000'000});
      }
      if (i == 2 && !store->ledger->flush()) die(false);
    }
    die(true);
  });
  auto store = open();
  const auto rows = rows_of(*store->thread);
  ASSERT_EQ(rows.size(), 2 * moments.size());
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].admission.arrived, moments[i / 2]);
  expect_sums_match(*store->thread);
}

TEST_P(LedgerTest, RefusesToShareItsJournalWithAnotherProcess) {
  auto store = open();
  store->ledger->admit(admission("a"), {});
  auto second = open_ledger(open_database(folder_.file("other.db")), settings());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, FailureKind::unavailable);
  EXPECT_NE(second.error().message.find("another process"), std::string::npos) << second.error().message;
}

TEST_P(LedgerTest, SaysWhyAJournalCannotBeWritten) {
  Ledger::Settings nowhere{folder_.file("nothing/ledger.journal"), false, 1 << 16};
  auto store = open_ledger(open_database(""), nowhere);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, FailureKind::unavailable);
  EXPECT_NE(store.error().message.find("nothing"), std::string::npos) << store.error().message;
}

// A limit on the size of files stands for a full disk: what is there can be written to, nothing can grow.
class FullDisk final {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

TEST_P(LedgerTest, RefusesWhenTheDiskIsFullAndLosesNothing) {
  auto store = open();
  std::vector<std::shared_ptr<Ledger::Entry>> admitted;
  int refused = 0;
  {
    const FullDisk full(1 << 12);
    for (int i = 0; i < 4000 && refused < 10; ++i) {
      base::Result<void> told;
      auto entry = store->ledger->admit(admission(std::to_string(i)),
                                        [&](base::Result<void> done) { told = std::move(done); });
      if (told) {
        admitted.push_back(std::move(entry));
        continue;
      }
      ++refused;
      EXPECT_EQ(told.error().kind, FailureKind::unavailable);
      store->ledger->settle(entry, settlement(1000));  // counts for nothing
    }
    EXPECT_GE(admitted.size(), 100U);
    EXPECT_GE(refused, 10);
    for (const auto& entry : admitted) store->ledger->settle(entry, settlement(1));
    EXPECT_EQ(store->ledger->flush().has_value(), on_another_disk());
    EXPECT_NE(store->ledger->trouble().has_value(), on_another_disk());
  }
  ASSERT_TRUE(comes_true([&] { return store->ledger->flush().has_value(); }));
  EXPECT_FALSE(store->ledger->trouble());
  EXPECT_EQ(total_of(*store->thread).spent.output_tokens, static_cast<std::int64_t>(admitted.size()));
  expect_sums_match(*store->thread);
  ASSERT_TRUE(comes_true([&] {
    bool taken = false;
    store->ledger->admit(admission("again"),
                         [&](const base::Result<void>& done) { taken = done.has_value(); });
    return taken;
  }));
}

TEST_P(LedgerTest, KeepsOnAFullDiskWhatIsSettledThereEvenWhenKilledThen) {
  in_a_process_that_dies([this] {
    auto store = open();
    std::vector<std::shared_ptr<Ledger::Entry>> admitted;
    const FullDisk full(1 << 12);
    for (bool room = true; room;) {
      auto entry = store->ledger->admit(admission("x"),
                                        [&](const base::Result<void>& done) { room = done.has_value(); });
      if (room) admitted.push_back(std::move(entry));
    }
    for (const auto& entry : admitted) store->ledger->settle(entry, settlement(1));
    die(admitted.size() >= 100 && store->ledger->flush().has_value() == on_another_disk());
  });
  auto store = open();
  EXPECT_EQ(store->ledger->recovery().settled >= 100, !on_another_disk());
  EXPECT_EQ(store->ledger->recovery().interrupted, 0);
  EXPECT_GE(total_of(*store->thread).spent.output_tokens, 100);
  expect_sums_match(*store->thread);
}

TEST_P(LedgerTest, TellsOnceThatTheDatabaseTakesNothingAndOnceThatItDoesAgain) {
  auto store = open();
  std::vector<bool> told;
  store->ledger->on_trouble([&told](const auto& why) { told.push_back(why.has_value()); });
  const auto rename = [&store](const std::string& from, const std::string& to) {
    store->thread->post(
        [from, to](Database& database) { database.run("ALTER TABLE " + from + " RENAME TO " + to); }, {});
  };
  rename("usage", "elsewhere");
  for (const char* const trace : {"a", "b"}) {
    store->ledger->settle(store->ledger->admit(admission(trace), {}), settlement(1));
    EXPECT_FALSE(store->ledger->flush());
  }
  EXPECT_EQ(store->ledger->unmoved(), 2U);
  EXPECT_TRUE(store->ledger->trouble());
  rename("elsewhere", "usage");
  ASSERT_TRUE(comes_true([&] { return store->ledger->flush().has_value(); }));
  EXPECT_EQ(store->ledger->unmoved(), 0U);
  EXPECT_EQ(told, (std::vector<bool>{true, false}));
}

INSTANTIATE_TEST_SUITE_P(Both, LedgerTest, both_databases(), kind_name);

}  // namespace
}  // namespace trilogue::store
