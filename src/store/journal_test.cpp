#include <gtest/gtest.h>

#include <fstream>

#include "store/checksum.h"
#include "store/journal_format.h"
#include "store/ledger_testing.h"

namespace trilogue::store {
namespace {

// A segment as a process leaves it: three entries, of which one is settled and one had noted something.
std::vector<JournalRecord> records() {
  return {JournalStarted{"0123456789abcdef"},
          JournalAdmitted{1, admission("a", 11)},
          JournalAdmitted{2, admission("b", 12)},
          JournalSpent{1, {11, 0, 5, 0, 0}},
          JournalSettled{2, 1, settlement(9)},
          JournalAdmitted{3, admission("c", 13)},
          JournalRefused{3},
          JournalAdmitted{4, admission("d", 14)}};
}

std::string written(const std::vector<JournalRecord>& all) {
  std::string bytes;
  JournalRecordWriter writer;
  for (const JournalRecord& record : all) bytes += writer.write(record);
  return bytes;
}

std::vector<JournalRecord> read(std::string_view bytes) {
  std::vector<JournalRecord> all;
  JournalReader reader(bytes);
  while (auto record = reader.next()) all.push_back(std::move(*record));
  return all;
}

// How many records end at or before this byte.
std::size_t whole_records(std::size_t bytes) {
  const auto all = records();
  std::size_t count = 0;
  while (count < all.size() &&
         written({all.begin(), all.begin() + static_cast<long>(count) + 1}).size() <= bytes)
    ++count;
  return count;
}

TEST(JournalFormat, ReadsWhatItWrites) {
  JournalReader reader("");
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.broken());
  EXPECT_EQ(read(written(records())), records());
  EXPECT_EQ(read(written(records()) + std::string(5000, '\0')), records());
}

TEST(JournalFormat, StopsAtWhateverOffsetItIsCut) {
  const std::string bytes = written(records());
  const auto all = records();
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    JournalReader reader(std::string_view(bytes).substr(0, size));
    std::size_t count = 0;
    while (reader.next()) ++count;
    EXPECT_EQ(count, whole_records(size)) << size;
    EXPECT_EQ(reader.broken(), reader.position() < size) << size;
  }
}

TEST(JournalFormat, BelievesNothingFromAFlippedBitOn) {
  const std::string bytes = written(records());
  for (std::size_t at = 0; at < bytes.size() * 8; ++at) {
    std::string flipped = bytes;
    flipped[at / 8] = static_cast<char>(flipped[at / 8] ^ (1 << (at % 8)));
    const auto found = read(flipped);
    const std::size_t before = whole_records(at / 8);
    ASSERT_EQ(found.size(), before) << at;
    for (std::size_t i = 0; i < before; ++i) EXPECT_EQ(found[i], records()[i]);
  }
}

// They wrote no time in the queue; what they left in a journal is moved by whoever starts next.
TEST(JournalFormat, ReadsSettlementsOfEarlierVersions) {
  JournalRecordWriter writer;
  std::string payload(writer.settled(3, 4, settlement(5)).substr(kJournalRecordHead));
  payload[0] = 4;
  payload.resize(payload.size() - 8);
  const std::uint32_t head[] = {static_cast<std::uint32_t>(payload.size()), crc32c(payload)};
  std::string bytes(reinterpret_cast<const char*>(head), sizeof head);
  Settlement before = settlement(5);
  before.queued.reset();
  EXPECT_EQ(read(bytes + payload), (std::vector<JournalRecord>{JournalSettled{3, 4, before}}));
}

// They wrote no span.
TEST(JournalFormat, ReadsAdmissionsOfEarlierVersions) {
  JournalRecordWriter writer;
  Admission before = admission("a");
  before.span_id.clear();
  std::string payload(writer.admitted(3, before).substr(kJournalRecordHead));
  payload[0] = 2;
  payload.resize(payload.size() - 2);
  const std::uint32_t head[] = {static_cast<std::uint32_t>(payload.size()), crc32c(payload)};
  std::string bytes(reinterpret_cast<const char*>(head), sizeof head);
  EXPECT_EQ(read(bytes + payload), (std::vector<JournalRecord>{JournalAdmitted{3, before}}));
}

TEST(JournalFormat, CutsTextsThatAreTooLong) {
  Admission longest = admission(std::string(600, 't'));
  longest.key_id = longest.account_id = longest.model = longest.api = longest.span_id =
      std::string(70'000, 'x');
  fit(longest);
  Settlement outcome = settlement(1);
  outcome.outcome = std::string(1000, 'o');
  fit(outcome);
  const std::vector<JournalRecord> all{JournalAdmitted{1, longest}, JournalSettled{1, 1, outcome}};
  EXPECT_EQ(read(written(all)), all);
  EXPECT_EQ(longest.trace_id.size(), 512U);
  JournalRecordWriter writer;
  EXPECT_LE(writer.settled(~0ULL, ~0ULL, outcome).size(), kSettledBytes);
}

class RecoveryTest : public testing::Test {
 protected:
  void leave(const std::string& bytes, const std::string& name = "ledger.journal.000001") {
    std::ofstream(folder_.file(name), std::ios::binary) << bytes;
  }
  base::Result<LedgerAndDatabase> open(const std::string& database = "") {
    return open_ledger(open_sqlite(database.empty() ? "" : folder_.file(database)),
                       {folder_.file("ledger.journal"), false, 1 << 16});
  }
  static std::string outcomes(DatabaseThread& thread) {
    std::string all;
    for (const LedgerRow& row : rows_of(thread))
      all += row.admission.trace_id + ":" + row.settlement.outcome + " ";
    return all;
  }

  TestFolder folder_;
};

TEST_F(RecoveryTest, SettlesWhatIsThere) {
  leave(written(records()) + std::string(1000, '\0'));
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(outcomes(*store->thread), "a:interrupted b:ok d:interrupted ");
  EXPECT_EQ(store->ledger->recovery().settled, 1);
  EXPECT_EQ(store->ledger->recovery().interrupted, 2);
  EXPECT_EQ(store->ledger->recovery().warning, "");
  EXPECT_EQ(total_of(*store->thread).spent, (Spent{11 + 10 + 14, 4, 5 + 9, 1, 100}));
}

TEST_F(RecoveryTest, SettlesWhatStandsBeforeTheTearWhereverItIs) {
  const std::string bytes = written(records());
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    leave(bytes.substr(0, size));
    auto store = open();
    ASSERT_TRUE(store) << size;
    const std::size_t whole = whole_records(size);
    const std::string expected = whole >= 8   ? "a:interrupted b:ok d:interrupted "
                                 : whole == 6 ? "a:interrupted b:ok c:interrupted "
                                 : whole >= 5 ? "a:interrupted b:ok "
                                 : whole >= 3 ? "a:interrupted b:interrupted "
                                 : whole >= 2 ? "a:interrupted "
                                              : "";
    ASSERT_EQ(outcomes(*store->thread), expected) << size;
    JournalReader reader(std::string_view(bytes).substr(0, size));
    while (reader.next()) {
    }
    EXPECT_EQ(!store->ledger->recovery().warning.empty(), reader.broken()) << size;
    expect_sums_match(*store->thread);
  }
}

TEST_F(RecoveryTest, KeepsASegmentThatIsBrokenInItsMiddle) {
  std::string bytes = written(records());
  bytes[20] = static_cast<char>(bytes[20] ^ 1);
  leave(bytes);
  leave(std::string("not a journal"), "ledger.journal.000002");
  auto store = open();
  ASSERT_TRUE(store);
  const std::string& warning = store->ledger->recovery().warning;
  EXPECT_NE(warning.find("ledger.journal.000001.cut"), std::string::npos) << warning;
  EXPECT_NE(warning.find("ledger.journal.000002.cut"), std::string::npos) << warning;
  EXPECT_TRUE(std::filesystem::exists(folder_.file("ledger.journal.000001.cut")));
  EXPECT_EQ(outcomes(*store->thread), "");
}

TEST_F(RecoveryTest, WritesNothingTwiceWhenKilledBeforeTheFilesAreGone) {
  leave(written(records()));
  {
    auto store = open("platform.db");
    ASSERT_TRUE(store);
    ASSERT_EQ(store->ledger->recovery().interrupted, 2);
    store->thread->post(  // as if it had been killed before it forgot the journal
        [](Database& database) {
          database.run("INSERT INTO journals (run, moved) VALUES ('0123456789abcdef', 9223372036854775807)");
        },
        {});
  }
  leave(written(records()));
  auto store = open("platform.db");
  ASSERT_TRUE(store);
  EXPECT_EQ(store->ledger->recovery().interrupted, 0);
  EXPECT_EQ(rows_of(*store->thread).size(), 3U);
  expect_sums_match(*store->thread);
}

TEST_F(RecoveryTest, DoesNotTellAnEntryAgainWhoseSettlementCanNoLongerBeRead) {
  const auto all = records();
  {
    leave(written(all));
    auto store = open("platform.db");
    ASSERT_TRUE(store);  // a, b and d are in the database
  }
  std::string bytes = written({all.begin(), all.begin() + 4});
  const std::size_t whole = bytes.size();
  bytes += written({all.begin() + 4, all.end()}) + std::string(kMaxJournalRecord, 'x');
  bytes[whole + 20] = static_cast<char>(bytes[whole + 20] ^ 1);
  leave(bytes);
  auto store = open("platform.db");
  ASSERT_TRUE(store);
  EXPECT_EQ(outcomes(*store->thread), "a:interrupted b:ok d:interrupted ");
  EXPECT_NE(store->ledger->recovery().warning, "");
}

TEST_F(RecoveryTest, ReadsSegmentsInOrderAndAnEntryThatWasToldAgain) {
  Admission again = admission("a", 11);
  again.spent.output_tokens = 44;
  leave(written({JournalStarted{"run"}, JournalAdmitted{1, admission("a", 11)}}), "ledger.journal.000009");
  leave(written({JournalStarted{"run"}, JournalAdmitted{1, again}}), "ledger.journal.000010");
  leave(written({JournalStarted{"other"}, JournalAdmitted{1, admission("b")}}), "ledger.journal.000002");
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ(outcomes(*store->thread), "a:interrupted b:interrupted ");
  EXPECT_EQ(total_of(*store->thread).spent.output_tokens, 44);
}

}  // namespace
}  // namespace trilogue::store
