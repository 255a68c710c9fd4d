#include "store/platform.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "store/ledger_testing.h"
#include "store/sqlite.h"

namespace trilogue::store {
namespace {

using base::FailureKind;

std::string contents(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

void write(const std::string& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

TEST(Platform, KeepsWhatWasUsedOverARestart) {
  const TestFolder folder;
  for (const bool durable : {false, true}) {
    auto platform = open_platform(folder.path(), durable);
    ASSERT_TRUE(platform) << platform.error().message;
    platform->ledger->settle(platform->ledger->admit(admission("a"), {}), settlement(5));
  }
  auto platform = open_platform(folder.path(), false);
  EXPECT_EQ(total_of(*platform->reader), (UsageRow{"", 2, {20, 8, 10, 2, 200}}));
}

TEST(Platform, KeepsOnlyTheNewestRequestsInMemory) {
  auto platform = open_platform("", false);
  ASSERT_TRUE(platform);
  for (int i = 0; i < 120'000; ++i)
    platform->ledger->settle(platform->ledger->admit(admission("a"), {}), settlement(1));
  ASSERT_TRUE(platform->ledger->flush());
  EXPECT_EQ(total_of(*platform->writer).requests, 120'000);
  const auto count = answer_of<std::vector<LedgerRow>>(
      [&](auto answer) { platform->usage->requests({"", 20'001, 10}, answer); });
  EXPECT_TRUE(count->empty());
  const auto newest = answer_of<std::vector<LedgerRow>>(
      [&](auto answer) { platform->usage->requests({"", {}, 10}, answer); });
  EXPECT_EQ(newest->size(), 10U);
}

TEST(Platform, AnswersEverythingThatWasAskedBefore) {
  const TestFolder folder;
  auto platform = open_platform(folder.path(), true);
  ASSERT_TRUE(platform);
  std::atomic<int> answers = 0;
  for (DatabaseThread* const thread : {platform->writer.get(), platform->reader.get()})
    thread->post([](Database&) { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }, {});
  platform->keys->all([&](const auto&) { ++answers; });
  platform->usage->report({}, [&](const auto&) { ++answers; });
  const auto entry = platform->ledger->admit(admission("a"), [&](const auto&) { ++answers; });
  EXPECT_TRUE(platform->ledger->flush());
  platform->answer_all();
  EXPECT_EQ(answers, 3);
}

TEST(Platform, MakesFilesThatOnlyItsOwnerReads) {
  const TestFolder folder;
  auto platform = open_platform(folder.path(), false);
  ASSERT_TRUE(platform);
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    struct stat found{};
    ASSERT_EQ(stat(file.path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U) << file.path();
  }
}

TEST(Platform, BringsADatabaseOfTheFirstVersionUpToDate) {
  const TestFolder folder;
  {
    ASSERT_TRUE(open_platform(folder.path(), false));
    const auto database = open_sqlite(folder.file("platform.db"));
    (*database)->run(
        "ALTER TABLE keys DROP COLUMN deadline; ALTER TABLE requests DROP COLUMN queued; "
        "ALTER TABLE requests DROP COLUMN span_id; "
        "DROP TABLE labels; CREATE TABLE labels (label INTEGER PRIMARY KEY, key_id TEXT NOT NULL, "
        "account_id TEXT NOT NULL, model TEXT NOT NULL, api TEXT NOT NULL, "
        "UNIQUE (key_id, account_id, model, api)); "
        "INSERT INTO labels VALUES (1, 'key_a', 'acct_a', 'small', 'chat'); "
        "INSERT INTO requests VALUES (1, 1, 1000, 2, 3, 4, 0, 5, 0, 6, 'ok', 'old'); "
        "PRAGMA user_version = 1");
    ASSERT_FALSE((*database)->failed());
  }
  auto platform = open_platform(folder.path(), false);
  ASSERT_TRUE(platform) << platform.error().message;
  platform->ledger->settle(platform->ledger->admit(admission("new"), {}), settlement(5));
  ASSERT_TRUE(platform->ledger->flush());
  const auto rows = rows_of(*platform->writer);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].settlement.queued, 7);
  EXPECT_EQ(rows[0].admission.span_id, "span of new");
  EXPECT_EQ(rows[1].admission.span_id, "");
  EXPECT_EQ(rows[1].settlement, (Settlement{{4, 0, 5, 0, 6}, "ok", 2, 3, std::nullopt}));
}

TEST(Platform, RefusesADatabaseOfANewerVersion) {
  const TestFolder folder;
  (*open_sqlite(folder.file("platform.db")))->run("PRAGMA user_version = 99");
  const auto platform = open_platform(folder.path(), false);
  ASSERT_FALSE(platform);
  EXPECT_EQ(platform.error().kind, FailureKind::unavailable);
  EXPECT_NE(platform.error().message.find("newer version"), std::string::npos);
  EXPECT_NE(platform.error().message.find("platform.db"), std::string::npos);
}

TEST(Platform, RefusesWhatIsNoDatabaseAndTouchesNothing) {
  const TestFolder folder;
  const std::string garbage(8192, 'g');
  write(folder.file("platform.db"), garbage);
  write(folder.file("ledger.journal.000001"), "entries that nobody has moved");
  const auto platform = open_platform(folder.path(), false);
  ASSERT_FALSE(platform);
  EXPECT_NE(platform.error().message.find("platform.db"), std::string::npos) << platform.error().message;
  EXPECT_EQ(contents(folder.file("platform.db")), garbage);
  EXPECT_EQ(contents(folder.file("ledger.journal.000001")), "entries that nobody has moved");
}

// Its first page says that it is a database, the others are noise.
TEST(Platform, KeepsTheJournalWhenTheDatabaseTurnsOutToBeBroken) {
  const TestFolder folder;
  in_a_process_that_dies([&] {
    auto platform = open_platform(folder.path(), false);
    platform->ledger->admit(admission("a"), {});
    die(platform->ledger->flush().has_value());
  });
  {
    (*open_sqlite(folder.file("platform.db")))->run("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  std::string bytes = contents(folder.file("platform.db"));
  std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');
  write(folder.file("platform.db"), bytes);
  const auto files = journal_files(folder);
  const auto platform = open_platform(folder.path(), false);
  ASSERT_FALSE(platform);
  EXPECT_EQ(platform.error().kind, FailureKind::unavailable);
  EXPECT_EQ(journal_files(folder), files);
}

TEST(Platform, RefusesAFolderThatIsNone) {
  const TestFolder folder;
  write(folder.file("file"), "");
  for (const char* name : {"file", "missing"}) {
    const auto platform = open_platform(folder.file(name), false);
    ASSERT_FALSE(platform);
    EXPECT_NE(platform.error().message.find(name), std::string::npos);
  }
}

TEST(Platform, SaysThatAFolderCannotBeWritten) {
  const TestFolder folder;
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  in_a_process_that_dies([&] {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && setuid(kNobody) != 0) die(false);  // the superuser may write everywhere
    const auto platform = open_platform(folder.path(), false);
    die(!platform && platform.error().message.find("ermission denied") != std::string::npos);
  });
  chmod(folder.path().c_str(), 0755);
}

// As after `chmod -R a-w` on a folder that was used before.
TEST(Platform, SaysThatADatabaseCannotBeWritten) {
  const TestFolder folder;
  {
    ASSERT_TRUE(open_platform(folder.path(), false));
  }
  ASSERT_EQ(chmod(folder.file("platform.db").c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  in_a_process_that_dies([&] {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && setuid(kNobody) != 0) die(false);
    const auto platform = open_platform(folder.path(), false);
    die(!platform && platform.error().kind == FailureKind::unavailable);
  });
  chmod(folder.path().c_str(), 0755);
}

}  // namespace
}  // namespace trilogue::store
