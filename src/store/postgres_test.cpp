#include "store/postgres.h"

#include <gtest/gtest.h>

#include <thread>

#include "store/ask.h"
#include "store/ledger_testing.h"
#include "store/platform.h"

namespace trilogue::store {
namespace {

using base::FailureKind;
using base::Secret;

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = TestDatabase::on_server();
    if (!server_) GTEST_SKIP() << "there is no PostgreSQL to ask";
  }
  Platform platform(const std::string& name) {
    std::filesystem::create_directories(folder_.file(name));
    auto opened = open_platform(folder_.file(name), false, server_->address());
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : Platform();
  }
  void cut_all_connections() const {
    server_->ask_server("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" +
                        server_->name() + "'");
  }
  static std::int64_t one(DatabaseThread& thread) {
    const auto found = answer_of<std::int64_t>([&](auto answer) {
      ask<std::int64_t>(
          thread,
          [](Database& database) {
            auto row = database.prepare("SELECT 1");
            return row.step() ? row.integer(0) : 0;
          },
          answer);
    });
    return found.value_or(-1);
  }

  TestFolder folder_;
  std::unique_ptr<TestDatabase> server_;
};

TEST(PostgresAddress, IsRepeatedInNoMessage) {
  for (const char* const address :
       {"postgresql://anna:s3cret@127.0.0.1:1/trilogue", "postgresql://anna:s3cret@127.0.0.1:s3cret/x",
        "postgresql://anna:%zzs3cret@127.0.0.1/x", "postgresql://anna:one@s3cret@127.0.0.1/x",
        "postgresql://anna:s3cret/x@127.0.0.1:5432/x", "postgresql://h/x?s3cret=1", "s3cret"}) {
    const auto opened = open_postgres(Secret(address), PostgresUse::writing);
    ASSERT_FALSE(opened) << address;
    EXPECT_EQ(opened.error().message.find("s3cret"), std::string::npos) << opened.error().message;
  }
}

TEST_F(PostgresTest, ComesBackWhenAConnectionIsCut) {
  DatabaseThread thread(*open_postgres(server_->address(), PostgresUse::writing));
  EXPECT_EQ(one(thread), 1);
  cut_all_connections();
  EXPECT_EQ(one(thread), 1);
}

TEST_F(PostgresTest, LosesOnlyTheWorkThatIsWrong) {
  DatabaseThread thread(*open_postgres(server_->address(), PostgresUse::writing));
  thread.post([](Database& database) { database.run("CREATE TABLE t (n INTEGER PRIMARY KEY)"); }, {});
  std::vector<std::future<bool>> done;
  thread.post([](Database&) { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }, {});
  for (const std::int64_t number : {1, 2, 2, 3}) {  // in one transaction
    auto told = std::make_shared<std::promise<bool>>();
    done.push_back(told->get_future());
    thread.post(
        [number](Database& database) { database.prepare("INSERT INTO t (n) VALUES (?)").bind(number).run(); },
        [told](const base::Result<void>& result) { told->set_value(result.has_value()); });
  }
  std::vector<bool> went;
  for (auto& one : done) went.push_back(one.get());
  EXPECT_EQ(went, (std::vector<bool>{true, true, false, true}));
}

TEST_F(PostgresTest, KeepsTextsThatItWouldRefuse) {
  auto store = platform("one");
  Admission strange = admission("a");
  strange.model = std::string("nul\0 and \xff", 10);
  store.ledger->settle(store.ledger->admit(strange, {}), settlement(5));
  ASSERT_TRUE(store.ledger->flush());
  EXPECT_EQ(rows_of(*store.reader).at(0).admission.model, "nul? and \xef\xbf\xbd");
}

TEST_F(PostgresTest, IsMadeByWhoeverComesFirst) {
  std::vector<std::jthread> servers;
  for (const char* const name : {"one", "two", "three"})
    servers.emplace_back([this, name] { EXPECT_TRUE(platform(name).ledger); });
}

TEST_F(PostgresTest, RefusesADatabaseOfANewerVersion) {
  platform("one");
  server_->run("UPDATE trilogue_schema SET version = 99");
  const auto opened = open_platform(folder_.path(), false, server_->address());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, FailureKind::unavailable);
  EXPECT_NE(opened.error().message.find("newer version"), std::string::npos) << opened.error().message;
}

TEST_F(PostgresTest, NumbersTheRequestsOfSeveralServersInOneRow) {
  constexpr int kServers = 3, kEach = 400;
  {
    std::vector<std::jthread> servers;
    for (int i = 0; i < kServers; ++i) {
      servers.emplace_back([this, i] {
        auto store = platform(std::to_string(i));
        for (int n = 0; n < kEach; ++n) {
          store.ledger->settle(store.ledger->admit(admission(std::to_string(i * kEach + n)), {}),
                               settlement(1));
          if (n % 20 == 0) {
            EXPECT_TRUE(store.ledger->flush());
          }
        }
      });
    }
  }
  auto store = platform("reader");
  EXPECT_EQ(rows_of(*store.reader).size(), std::size_t{kServers} * kEach);
  expect_sums_match(*store.reader);
}

TEST_F(PostgresTest, KeepsWhatIsSettledWhileItIsAway) {
  auto store = platform("one");
  server_->ask_server("ALTER DATABASE " + server_->name() + " ALLOW_CONNECTIONS false");
  cut_all_connections();
  for (int n = 0; n < 100; ++n)
    store.ledger->settle(store.ledger->admit(admission(std::to_string(n)), {}), settlement(1));
  EXPECT_FALSE(store.ledger->flush());
  EXPECT_EQ(one(*store.reader), -1);
  server_->ask_server("ALTER DATABASE " + server_->name() + " ALLOW_CONNECTIONS true");
  while (!store.ledger->flush()) std::this_thread::yield();
  EXPECT_EQ(rows_of(*store.writer).size(), 100U);
  expect_sums_match(*store.writer);
}

}  // namespace
}  // namespace trilogue::store
