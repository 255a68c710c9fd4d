#include "store/keys.h"

#include <gtest/gtest.h>

#include "store/platform.h"
#include "store/store_testing.h"

namespace trilogue::store {
namespace {

using base::FailureKind;

Account account(const std::string& id, const std::string& name) {
  return {id, name, "v1", {3, std::nullopt, 100, std::nullopt, 5'000'000}, 1'700'000'000};
}

Key key(const std::string& id, const std::string& digest) {
  return {
      id, "acct_1", "laptop", digest, "sk-tri-abcd", "local", {}, {"step-3.7-flash", "a, b"}, 1'700'000'001,
      {}, {}};
}

class KeysTest : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (!IsSkipped()) open();
  }
  void open() {
    platform_ = {};
    auto opened = open_platform(folder_.path(), false, shared());
    ASSERT_TRUE(opened) << opened.error().message;
    platform_ = std::move(*opened);
  }
  template <class T>
  base::Result<void> add(T row) {
    return answer_of<void>([&](auto answer) { platform_.keys->add(std::move(row), answer); });
  }
  base::Result<Account> update(const Account& row) {
    const auto become = [row](Account& account) {
      account = row;
      return base::Result<void>();
    };
    return answer_of<Account>([&](auto answer) { platform_.keys->change_account(row.id, become, answer); });
  }
  base::Result<Key> change(const std::string& id, Keys::Change how) {
    return answer_of<Key>([&](auto answer) { platform_.keys->change(id, std::move(how), answer); });
  }
  base::Result<Key> update(const Key& row) {
    return change(row.id, [row](Key& key) {
      key = row;
      return base::Result<void>();
    });
  }
  KeysAndAccounts all() {
    auto found = answer_of<KeysAndAccounts>([&](auto answer) { platform_.keys->all(answer); });
    EXPECT_TRUE(found);
    return std::move(*found);
  }

  TestFolder folder_;
  Platform platform_;
};

TEST_P(KeysTest, KeepsEveryFieldOverARestart) {
  Key full = key("key_1", std::string("\0digest of thirty-two bytes.....", 32));
  full.allowance = {1, 2, 3, 4, 5};
  full.expires = 1'800'000'000;
  full.revoked = 1'750'000'000;
  full.deadline = 120'000;
  ASSERT_TRUE(add(account("acct_1", "research")));
  ASSERT_TRUE(add(full));
  open();
  const auto found = all();
  EXPECT_EQ(found.accounts, std::vector<Account>{account("acct_1", "research")});
  EXPECT_EQ(found.keys, std::vector<Key>{full});
}

TEST_P(KeysTest, ListsInTheOrderTheyWereMade) {
  ASSERT_TRUE(add(account("acct_2", "z")));
  ASSERT_TRUE(add(account("acct_1", "a")));
  ASSERT_TRUE(add(key("key_9", "one")));
  ASSERT_TRUE(add(key("key_1", "two")));
  const auto found = all();
  EXPECT_EQ(found.accounts[0].id, "acct_2");
  EXPECT_EQ(found.keys[0].id, "key_9");
  EXPECT_EQ(found.keys[1].id, "key_1");
}

TEST_P(KeysTest, RefusesWhatIsTakenAndNamesTheField) {
  ASSERT_TRUE(add(account("acct_1", "research")));
  ASSERT_TRUE(add(key("key_1", "digest")));
  EXPECT_EQ(add(account("acct_1", "other")).error().path, "id");
  EXPECT_EQ(add(account("acct_2", "research")).error().path, "name");
  EXPECT_EQ(add(key("key_1", "other")).error().path, "id");
  EXPECT_EQ(add(key("key_2", "digest")).error().path, "digest");
  EXPECT_EQ(add(key("key_2", "digest")).error().kind, FailureKind::invalid_request);
  EXPECT_EQ(all().keys.size(), 1U);
  EXPECT_EQ(all().accounts.size(), 1U);
}

TEST_P(KeysTest, RefusesAKeyOfNobody) {
  EXPECT_EQ(add(key("key_1", "digest")).error().path, "account_id");
  EXPECT_TRUE(all().keys.empty());
}

TEST_P(KeysTest, UpdatesAllButIdAccountAndCreated) {
  ASSERT_TRUE(add(account("acct_1", "research")));
  ASSERT_TRUE(add(key("key_1", "digest")));
  Key changed{"key_1", "acct_other",        "desktop", "rotated", "sk-tri-efgh",
              "v5",    {9, {}, {}, {}, {}}, {"one"},   7,         8,
              9};
  ASSERT_TRUE(update(changed));
  changed.account_id = "acct_1";
  changed.created = key("", "").created;
  EXPECT_EQ(all().keys, std::vector<Key>{changed});

  Account renamed = account("acct_1", "renamed");
  renamed.tier = "v3";
  renamed.allowance = {};
  ASSERT_TRUE(update(renamed));
  EXPECT_EQ(all().accounts, std::vector<Account>{renamed});
}

TEST_P(KeysTest, TakesALimitAndTheModelsAway) {
  ASSERT_TRUE(add(account("acct_1", "research")));
  Key limited = key("key_1", "digest");
  limited.allowance = {1, 2, 3, 4, 5};
  limited.expires = 9;
  ASSERT_TRUE(add(limited));
  limited.allowance = {};
  limited.expires.reset();
  limited.models.clear();
  ASSERT_TRUE(update(limited));
  EXPECT_EQ(all().keys, std::vector<Key>{limited});
}

TEST_P(KeysTest, RefusesAnUpdateOfNothingOrToWhatIsTaken) {
  ASSERT_TRUE(add(account("acct_1", "research")));
  ASSERT_TRUE(add(account("acct_2", "sales")));
  ASSERT_TRUE(add(key("key_1", "one")));
  ASSERT_TRUE(add(key("key_2", "two")));
  EXPECT_EQ(update(key("key_3", "three")).error().kind, FailureKind::not_found);
  EXPECT_EQ(update(account("acct_3", "x")).error().kind, FailureKind::not_found);
  EXPECT_EQ(update(key("key_2", "one")).error().path, "digest");
  EXPECT_EQ(update(account("acct_2", "research")).error().path, "name");
  EXPECT_TRUE(update(key("key_2", "two")));  // its own is not taken
  EXPECT_EQ(all().keys[1].digest, "two");
}

TEST_P(KeysTest, AChangeSeesTheKeyAsItStandsAndAnswersWhatItBecame) {
  ASSERT_TRUE(add(account("acct_1", "research")));
  ASSERT_TRUE(add(key("key_1", "one")));
  ASSERT_TRUE(update(key("key_1", "two")));
  std::string seen;
  const auto changed = change("key_1", [&seen](Key& key) {
    seen = key.digest;
    key.models.emplace_back("third");
    return base::Result<void>();
  });
  EXPECT_EQ(seen, "two");
  Key expected = key("key_1", "two");
  expected.models.emplace_back("third");
  ASSERT_TRUE(changed);
  EXPECT_EQ(*changed, expected);
  EXPECT_EQ(all().keys, std::vector<Key>{expected});
}

TEST_P(KeysTest, AChangeThatIsNotWantedLeavesEverything) {
  ASSERT_TRUE(add(account("acct_1", "research")));
  ASSERT_TRUE(add(key("key_1", "one")));
  const auto refused = change("key_1", [](Key& key) -> base::Result<void> {
    key.name = "half done";
    return base::invalid("", "not this one");
  });
  EXPECT_EQ(refused.error().message, "not this one");
  EXPECT_EQ(all().keys, std::vector<Key>{key("key_1", "one")});
}

TEST_P(KeysTest, TakesSqlForText) {
  const std::string name = "'; DROP TABLE keys; --";
  ASSERT_TRUE(add(account("acct_1", name)));
  Key strange = key("key_1' OR '1'='1", "\"; DELETE FROM accounts; --");
  strange.models = {name};
  ASSERT_TRUE(add(strange));
  EXPECT_EQ(update(key("' OR '1'='1", "x")).error().kind, FailureKind::not_found);
  EXPECT_EQ(all().keys, std::vector<Key>{strange});
  EXPECT_EQ(all().accounts[0].name, name);
}

INSTANTIATE_TEST_SUITE_P(Both, KeysTest, both_databases(), kind_name);

}  // namespace
}  // namespace trilogue::store
