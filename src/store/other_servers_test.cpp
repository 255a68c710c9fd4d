#include "store/other_servers.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>

#include "store/ledger_testing.h"
#include "store/platform.h"

namespace trilogue::store {
namespace {

// What a server was told of, awaited.
class Heard final {
 public:
  OtherServers::News news() {
    return {
        [this](KeysAndAccounts stands) {
          hear([&] {
            for (const Key& key : stands.keys) keys_[key.id] = key;
            for (const Account& account : stands.accounts) accounts_[account.id] = account;
          });
        },
        [this](const std::vector<LifetimeRow>& used) {
          hear([&] {
            for (const auto& row : used) tokens_ += row.tokens;
          });
        },
        [this](const std::optional<base::Failure>& lost) { hear([&] { lost ? ++losses_ : ++returns_; }); }};
  }
  testing::AssertionResult until(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    if (heard_.wait_for(lock, std::chrono::seconds(20), holds)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "nobody told";
  }
  bool has(const Key& key) const { return keys_.contains(key.id) && keys_.at(key.id) == key; }
  bool has_account(const std::string& id) const { return accounts_.contains(id); }
  std::int64_t tokens() const { return tokens_; }
  int losses() const { return losses_; }
  int returns() const { return returns_; }

 private:
  void hear(const std::function<void()>& what) {
    const std::lock_guard lock(mutex_);
    what();
    heard_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable heard_;
  std::map<std::string, Key> keys_;
  std::map<std::string, Account> accounts_;
  std::int64_t tokens_ = 0;
  int losses_ = 0, returns_ = 0;
};

class OtherServersTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = TestDatabase::on_server();
    if (!server_) GTEST_SKIP() << "there is no PostgreSQL to ask";
    here_ = open("here");
    there_ = open("there");
    here_.others->tell(heard_.news(), 0);
  }
  Platform open(const std::string& name) {
    std::filesystem::create_directories(folder_.file(name));
    auto opened = open_platform(folder_.file(name), false, server_->address());
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : Platform();
  }
  Key add_key(Platform& platform, const std::string& id) {
    const Account account{"acct_" + id, id, "local", {}, 1};
    Key key;
    key.id = id;
    key.account_id = account.id;
    key.digest = "digest of " + id;
    EXPECT_TRUE(answer_of<void>([&](auto answer) { platform.keys->add(account, answer); }));
    EXPECT_TRUE(answer_of<void>([&](auto answer) { platform.keys->add(key, answer); }));
    return key;
  }

  TestFolder folder_;
  std::unique_ptr<TestDatabase> server_;
  Heard heard_;
  Platform here_, there_;
};

TEST_F(OtherServersTest, TellsOfAKeyThatIsMadeAndRevokedElsewhere) {
  const Key key = add_key(there_, "key_a");
  EXPECT_TRUE(heard_.until([&] { return heard_.has(key) && heard_.has_account("acct_key_a"); }));
  const auto revoked = answer_of<Key>([&](auto answer) {
    const auto revoke = [](Key& one) {
      one.revoked = 9;
      return base::Result<void>();
    };
    there_.keys->change("key_a", revoke, answer);
  });
  ASSERT_TRUE(revoked);
  EXPECT_TRUE(heard_.until([&] { return heard_.has(*revoked); }));
}

TEST_F(OtherServersTest, TellsOfWhatOthersUseAndNotOfWhatIsUsedHere) {
  for (Platform* const platform : {&here_, &there_}) {
    for (int i = 0; i < 10; ++i)
      platform->ledger->settle(platform->ledger->admit(admission("a"), {}), settlement(5));
    ASSERT_TRUE(platform->ledger->flush());
  }
  EXPECT_TRUE(heard_.until([&] { return heard_.tokens() == 10 * 15; }));
  there_.ledger->settle(there_.ledger->admit(admission("a"), {}), settlement(5));
  EXPECT_TRUE(heard_.until([&] { return heard_.tokens() >= 11 * 15; }));
  EXPECT_EQ(heard_.tokens(), 11 * 15);
}

TEST_F(OtherServersTest, SaysThatItIsOutOfTouchAndThenTellsWhatItMissed) {
  server_->ask_server("ALTER DATABASE " + server_->name() + " ALLOW_CONNECTIONS false");
  server_->ask_server("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" +
                      server_->name() + "'");
  EXPECT_TRUE(heard_.until([&] { return heard_.losses() == 1; }));
  server_->ask_server("ALTER DATABASE " + server_->name() + " ALLOW_CONNECTIONS true");
  Key key;
  while (key.id.empty()) {
    if (answer_of<KeysAndAccounts>([&](auto answer) { there_.keys->all(answer); }))
      key = add_key(there_, "key_a");
  }
  EXPECT_TRUE(heard_.until([&] { return heard_.returns() == 1 && heard_.has(key); }));
}

}  // namespace
}  // namespace trilogue::store
