#include "store/responses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>

#include "store/packed_items.h"
#include "store/sqlite.h"

namespace trilogue::store {
namespace {

using std::chrono_literals::operator""s;
using Items = std::vector<Item>;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
constexpr std::size_t kMost = 1 << 20;

// The answer of one call, awaited.
template <class T, class Ask>
base::Result<T> answer_of(Ask ask) {
  std::promise<base::Result<T>> promise;
  ask([&promise](base::Result<T> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

class ResponsesTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void TearDown() override {
    store_.reset();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file_ + end);
  }

  void open() {
    store_.reset();
    auto opened =
        Responses::open(file_, bounds_, [this] { return base::WallTime(std::chrono::seconds(time_)); });
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  void add(NewResponse response) {
    const auto done = answer_of<void>([&](auto answer) { store_->add(std::move(response), answer); });
    ASSERT_TRUE(done) << done.error().message;
  }
  NewResponse finished(const std::string& id, const std::string& previous = "") {
    return {id, "alice", previous, "{\"" + id + "\"}", {{id + "_in", "in"}}, true, {{id + "_out", "out"}},
            {}};
  }
  base::Result<StoredReply> find(const std::string& key, const std::string& id) {
    return answer_of<StoredReply>([&](auto answer) { store_->find(key, id, answer); });
  }
  base::Result<Items> conversation(const std::string& key, const std::string& id) {
    return answer_of<Items>([&](auto answer) { store_->conversation(key, id, kMost, answer); });
  }
  base::Result<Frames> frames(const std::string& id, int from) {
    return answer_of<Frames>([&](auto answer) { store_->frames("alice", id, from, answer); });
  }

  std::string file_ = testing::TempDir() + "responses_test_" + std::to_string(getpid()) + ".db";
  Responses::Bounds bounds_{100, 1 << 20, 3600s};
  std::atomic<long long> time_ = 1000;
  std::unique_ptr<Responses> store_;
};

TEST_F(ResponsesTest, SurvivesARestart) {
  add(finished("resp_1"));
  open();
  const auto found = find("alice", "resp_1");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->reply, "{\"resp_1\"}");
  EXPECT_TRUE(found->finished);
}

TEST_F(ResponsesTest, DoesNotExistForAnotherKey) {
  add(finished("resp_1"));
  EXPECT_EQ(find("mallory", "resp_1").error().kind, base::FailureKind::not_found);
  EXPECT_EQ(conversation("mallory", "resp_1").error().kind, base::FailureKind::not_found);
  const auto gone = answer_of<bool>([&](auto answer) { store_->remove("mallory", "resp_1", answer); });
  EXPECT_EQ(gone.error().kind, base::FailureKind::not_found);
  const auto items =
      answer_of<Items>([&](auto answer) { store_->items("mallory", {"resp_1_out"}, kMost, answer); });
  EXPECT_TRUE(items->empty());
  EXPECT_TRUE(find("alice", "resp_1"));
}

TEST_F(ResponsesTest, TellsAConversationFromItsBeginning) {
  add(finished("resp_1"));
  add(finished("resp_2", "resp_1"));
  const auto items = conversation("alice", "resp_2");
  ASSERT_TRUE(items);
  const Items expected{
      {"resp_1_in", "in"}, {"resp_1_out", "out"}, {"resp_2_in", "in"}, {"resp_2_out", "out"}};
  EXPECT_EQ(*items, expected);
}

TEST_F(ResponsesTest, SaysWhichAncestorIsMissing) {
  add(finished("resp_1"));
  add(finished("resp_2", "resp_1"));
  EXPECT_TRUE(answer_of<bool>([&](auto answer) { store_->remove("alice", "resp_1", answer); }));
  const auto items = conversation("alice", "resp_2");
  ASSERT_FALSE(items);
  EXPECT_EQ(items.error().message,
            "The response with id 'resp_2' goes on from 'resp_1', which is no longer stored");
}

TEST_F(ResponsesTest, FindsItemsByTheirIds) {
  add(finished("resp_1"));
  const auto items = answer_of<Items>(
      [&](auto answer) { store_->items("alice", {"resp_1_out", "nothing", "resp_1_in"}, kMost, answer); });
  EXPECT_THAT(*items, UnorderedElementsAre(Item{"resp_1_out", "out"}, Item{"resp_1_in", "in"}));
}

TEST_F(ResponsesTest, FindsItemsThroughTheirResponseAndThoseThatCameFromElsewhere) {
  const std::string family(16, 'a'), other(16, 'b'), rest(32, '0');
  NewResponse response = finished("resp_" + family + rest);
  response.input = {{"msg_" + other + rest, "from elsewhere"}, {"msg_" + family + rest, "own"}};
  add(response);
  const std::vector<std::string> ids{"msg_" + other + rest, "msg_" + family + rest, "msg_" + family + "none"};
  const auto ask = [&](const std::string& key) {
    return answer_of<Items>([&](auto answer) { store_->items(key, ids, kMost, answer); });
  };
  EXPECT_THAT(*ask("alice"), UnorderedElementsAre(response.input[0], response.input[1]));
  EXPECT_THAT(*ask("bob"), IsEmpty());
  answer_of<bool>([&](auto answer) { store_->remove("alice", response.id, answer); });
  EXPECT_THAT(*ask("alice"), IsEmpty());
}

TEST_F(ResponsesTest, GivesFramesFromAnyNumber) {
  add(finished("resp_1"));
  store_->add_frames("resp_1", {0, 3, "zero\n\none\n\ntwo\n\n"}, {});
  store_->add_frames("resp_1", {3, 1, "three\n\n"}, {});
  EXPECT_EQ(*frames("resp_1", 0), (Frames{0, 3, "zero\n\none\n\ntwo\n\n"}));
  EXPECT_EQ(*frames("resp_1", 2), (Frames{2, 1, "two\n\n"}));
  EXPECT_EQ(*frames("resp_1", 3), (Frames{3, 1, "three\n\n"}));
  EXPECT_EQ(frames("resp_1", 4)->count, 0);
  EXPECT_EQ(frames("resp_2", 0).error().kind, base::FailureKind::not_found);
}

TEST_F(ResponsesTest, GivesFramesThatCameWithIt) {
  NewResponse response = finished("resp_1");
  response.frames = {{0, 2, "zero\n\none\n\n"}, {2, 1, "two\n\n"}};
  add(response);
  EXPECT_EQ(*frames("resp_1", 0), (Frames{0, 2, "zero\n\none\n\n"}));
  EXPECT_EQ(*frames("resp_1", 1), (Frames{1, 1, "one\n\n"}));
  EXPECT_EQ(*frames("resp_1", 2), (Frames{2, 1, "two\n\n"}));
  EXPECT_EQ(frames("resp_1", 3)->count, 0);
  const auto last = [this](const std::string& id) {
    return *answer_of<Frames>([&](auto answer) { store_->last_frame("alice", id, answer); });
  };
  EXPECT_EQ(last("resp_1"), (Frames{2, 1, "two\n\n"}));
  NewResponse one_row = finished("resp_2");
  one_row.frames = {{0, 2, "zero\n\none\n\n"}};
  add(one_row);
  EXPECT_EQ(last("resp_2"), (Frames{1, 1, "one\n\n"}));
}

TEST_F(ResponsesTest, RemembersWhatWasRunning) {
  NewResponse running = finished("resp_1");
  running.finished = false;
  running.output.clear();
  add(running);
  store_->add_frames("resp_1", {0, 2, "zero\n\none\n\n"}, {});
  open();
  const auto found = answer_of<std::vector<Unfinished>>([&](auto answer) { store_->unfinished(answer); });
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().frames, 2);
  EXPECT_EQ(conversation("alice", "resp_1").error().kind, base::FailureKind::invalid_request);
  store_->finish("resp_1", "failed", {}, {});
  EXPECT_EQ(find("alice", "resp_1")->reply, "failed");
  EXPECT_TRUE(answer_of<std::vector<Unfinished>>([&](auto answer) { store_->unfinished(answer); })->empty());
}

TEST_F(ResponsesTest, ForgetsTheLongestUnusedBeyondItsCount) {
  bounds_.count = 2;
  open();
  add(finished("resp_1"));
  add(finished("resp_2"));
  ++time_;
  EXPECT_TRUE(find("alice", "resp_1"));
  add(finished("resp_3"));
  EXPECT_TRUE(find("alice", "resp_1"));
  EXPECT_FALSE(find("alice", "resp_2"));
}

TEST_F(ResponsesTest, ForgetsBeyondItsBytesWithEverythingThatBelongsToIt) {
  bounds_.bytes = 8000;
  open();
  add(finished("resp_1"));
  store_->add_frames("resp_1", {0, 1, std::string(7000, 'x') + "\n\n"}, {});
  ++time_;
  NewResponse large = finished("resp_2");
  large.reply = std::string(1900, 'y');
  add(large);
  EXPECT_FALSE(find("alice", "resp_1"));
  EXPECT_EQ(frames("resp_1", 0).error().kind, base::FailureKind::not_found);
  EXPECT_TRUE(find("alice", "resp_2"));
}

TEST_F(ResponsesTest, TakesNoneThatWouldPushOutTheOthers) {
  bounds_.bytes = 8000;
  open();
  add(finished("resp_1"));
  NewResponse huge = finished("resp_2");
  huge.reply = std::string(2001, 'y');
  const auto done = answer_of<void>([&](auto answer) { store_->add(std::move(huge), answer); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, base::FailureKind::too_large);
  EXPECT_TRUE(find("alice", "resp_1"));
  EXPECT_FALSE(find("alice", "resp_2"));
}

TEST_F(ResponsesTest, BringsNoMoreIntoMemoryThanIsAskedFor) {
  add(finished("resp_1"));
  add(finished("resp_2", "resp_1"));
  const auto items =
      answer_of<Items>([&](auto answer) { store_->conversation("alice", "resp_2", 20, answer); });
  ASSERT_FALSE(items);
  EXPECT_EQ(items.error().kind, base::FailureKind::too_large);
  EXPECT_FALSE(
      answer_of<Items>([&](auto answer) { store_->items("alice", {"resp_1_in", "resp_2_in"}, 20, answer); }));
}

TEST_F(ResponsesTest, IsBehindWhileMuchIsHeldForTheDisk) {
  bounds_.bytes = std::int64_t{1} << 30;
  open();
  NewResponse large = finished("resp_1");
  large.reply = std::string(std::size_t{64} << 20, 'x');
  EXPECT_FALSE(store_->is_behind());
  store_->add(large, {});
  EXPECT_TRUE(store_->is_behind());
  answer_of<void>([&](auto answer) { store_->catch_up(answer); });
  for (int i = 0; i < 1000 && store_->is_behind(); ++i)  // it is freed where it was made
    add(finished("resp_more_" + std::to_string(i)));
  EXPECT_FALSE(store_->is_behind());
}

TEST_F(ResponsesTest, FindsOfSeveralItemsOfOneIdTheNewest) {
  for (const char* const text : {"first", "second", "third"}) {
    NewResponse response = finished(std::string("resp_") + text);
    response.input = {{"a", text}, {"b", text}};
    if (std::string_view(text) == "third") response.input.pop_back();
    add(response);
  }
  const auto items =
      answer_of<Items>([&](auto answer) { store_->items("alice", {"b", "a"}, kMost, answer); });
  EXPECT_THAT(*items, UnorderedElementsAre(Item{"a", "third"}, Item{"b", "second"}));
}

TEST_F(ResponsesTest, KnowsTheLastFrame) {
  add(finished("resp_1"));
  const auto last = [this] {
    return *answer_of<Frames>([&](auto answer) { store_->last_frame("alice", "resp_1", answer); });
  };
  EXPECT_EQ(last().count, 0);
  store_->add_frames("resp_1", {0, 3, "zero\n\none\n\ntwo\n\n"}, {});
  EXPECT_EQ(last(), (Frames{2, 1, "two\n\n"}));
}

TEST_F(ResponsesTest, ForgetsTheOld) {
  add(finished("resp_1"));
  time_ += 3601;
  add(finished("resp_2"));
  EXPECT_FALSE(find("alice", "resp_1"));
}

TEST_F(ResponsesTest, KeepsItsNeighboursWhenOneFails) {
  add(finished("resp_1"));
  std::promise<base::Result<void>> second, again;
  store_->add(finished("resp_2"), [&](base::Result<void> done) { second.set_value(std::move(done)); });
  store_->add(finished("resp_1"), [&](base::Result<void> done) { again.set_value(std::move(done)); });
  EXPECT_TRUE(second.get_future().get());
  EXPECT_FALSE(again.get_future().get());
  EXPECT_TRUE(find("alice", "resp_2"));
}

// As version 2 had it, with an item and frames of their own rows.
TEST_F(ResponsesTest, BringsAnEarlierStoreAlong) {
  TearDown();
  {
    auto earlier = open_sqlite(file_);
    ASSERT_TRUE(earlier) << earlier.error().message;
    (*earlier)->run(R"sql(
CREATE TABLE responses (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key_id TEXT NOT NULL,
  previous TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL, finished INTEGER NOT NULL,
  bytes INTEGER NOT NULL, reply TEXT NOT NULL);
CREATE INDEX responses_by_use ON responses (used, number);
CREATE INDEX responses_unfinished ON responses (number) WHERE finished = 0;
CREATE TABLE items (response INTEGER NOT NULL, output INTEGER NOT NULL, position INTEGER NOT NULL,
  id TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (response, output, position)) WITHOUT ROWID;
CREATE TABLE foreign_items (response INTEGER NOT NULL, output INTEGER NOT NULL, position INTEGER NOT NULL,
  id TEXT NOT NULL, PRIMARY KEY (response, output, position)) WITHOUT ROWID;
CREATE INDEX foreign_items_by_id ON foreign_items (id);
CREATE TABLE frames (response INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
  bytes BLOB NOT NULL, PRIMARY KEY (response, first)) WITHOUT ROWID;
CREATE TABLE totals (count INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO totals VALUES (2, 40);
INSERT INTO responses VALUES (1, 'resp_1', 'alice', '', 900, 900, 1, 20, '{1}'),
  (2, 'resp_2', 'alice', 'resp_1', 901, 901, 1, 20, '{2}');
INSERT INTO items VALUES (1, 0, 0, 'in_1', 'first'), (1, 0, 1, 'in_2', 'second'), (1, 1, 0, 'out_1', 'third'),
  (2, 0, 0, 'in_3', 'fourth');
INSERT INTO frames VALUES (1, 0, 2, CAST('zero' || char(10, 10) || 'one' || char(10, 10) AS BLOB));
PRAGMA user_version = 2;)sql");
    ASSERT_FALSE((*earlier)->take_error());
  }
  open();
  EXPECT_EQ(find("alice", "resp_1")->reply, "{1}");
  const Items expected{{"in_1", "first"}, {"in_2", "second"}, {"out_1", "third"}, {"in_3", "fourth"}};
  EXPECT_EQ(*conversation("alice", "resp_2"), expected);
  EXPECT_EQ(*frames("resp_1", 1), (Frames{1, 1, "one\n\n"}));
  const auto items = answer_of<Items>([&](auto answer) { store_->items("alice", {"in_2"}, kMost, answer); });
  EXPECT_EQ(*items, (Items{{"in_2", "second"}}));
  EXPECT_TRUE(answer_of<bool>([&](auto answer) { store_->remove("alice", "resp_1", answer); }));
  EXPECT_EQ(frames("resp_1", 0).error().kind, base::FailureKind::not_found);
}

TEST(PackedItems, AreReadAsTheyWereWrittenAndNothingElseIs) {
  const Items items{{"", ""}, {"a 1\n", "{\"b\":2}"}, {std::string("\0", 1), "3 4\n"}};
  EXPECT_EQ(unpack(pack(items)), items);
  EXPECT_EQ(unpack(""), Items{});
  for (const char* const broken : {"x", "1", "1 ", "1 1", "1 1\n", "1 1\na", "2 0\na", "-1 0\n", "1 0 \na",
                                   "99999999999999999999 1\na", "18446744073709551615 1\nab"})
    EXPECT_FALSE(unpack(broken)) << broken;
}

TEST_F(ResponsesTest, RefusesWhatIsNoDatabase) {
  store_.reset();
  std::filesystem::remove(file_ + "-wal");
  std::ofstream(file_) << std::string(4096, 'n');
  const auto opened = Responses::open(file_, bounds_, std::chrono::system_clock::now);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("not a database"), std::string::npos) << opened.error().message;
}

TEST_F(ResponsesTest, IsReadableByItsOwnerAlone) {
  const auto rights = std::filesystem::status(file_).permissions();
  EXPECT_EQ(rights & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
}

}  // namespace
}  // namespace trilogue::store
