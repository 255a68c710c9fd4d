#include "admission/gate.h"

#include <gtest/gtest.h>

#include <thread>

#include "admission/secret_text.h"

namespace trilogue::admission {
namespace {

constexpr base::WallTime kNow = base::WallTime(std::chrono::seconds(1'000'000));

store::Key key_of(std::string_view secret, const std::string& id = "key_1") {
  store::Key key;
  key.id = id;
  key.account_id = "acct_" + id;
  key.digest = digest_of(secret);
  return key;
}

class GateTest : public testing::Test {
 protected:
  Gate gate(int max_running = 100) {
    return {keyring_, max_running, [this] { return now_; }};
  }
  Caller caller(const std::string& secret) { return gate().identify({"Bearer " + secret, ""}).value(); }

  Keyring keyring_;
  base::WallTime now_ = kNow;
};

TEST_F(GateTest, LetsAnyoneInWhereThereAreNoKeys) {
  EXPECT_FALSE(gate().requires_key());
  EXPECT_EQ(gate().identify({})->key_id, "");
}

TEST_F(GateTest, TakesTheKeyFromEitherHeader) {
  keyring_.put(key_of("sk-one"));
  EXPECT_EQ(gate().identify({"bearer  sk-one", ""})->key_id, "key_1");
  EXPECT_EQ(gate().identify({"", "sk-one"})->key_id, "key_1");
}

TEST_F(GateTest, RefusesMissingWrongAndAlmostRightKeys) {
  keyring_.put(key_of("sk-one"));
  for (const auto* given :
       {"", "Bearer", "Bearer ", "Bearer sk-on", "Bearer sk-one2", "Basic sk-one", "sk-one"}) {
    const auto caller = gate().identify({given, ""});
    ASSERT_FALSE(caller) << given;
    EXPECT_EQ(caller.error().kind, base::FailureKind::unauthenticated);
    EXPECT_EQ(caller.error().message, "Incorrect API key provided");
  }
}

TEST_F(GateTest, RefusesAKeyFromTheSecondOnInWhichItExpires) {
  store::Key key = key_of("sk-one");
  key.expires = base::unix_seconds(kNow) + 10;
  keyring_.put(key);
  EXPECT_TRUE(gate().identify({"", "sk-one"}));
  now_ += std::chrono::seconds(10);
  EXPECT_FALSE(gate().identify({"", "sk-one"}));
}

TEST_F(GateTest, ARevokedKeyStaysRevokedWhateverIsWrittenLater) {
  store::Key key = key_of("sk-one");
  keyring_.put(key);
  const Caller before = caller("sk-one");
  auto running = gate().admit(before);
  ASSERT_TRUE(running);
  key.revoked = 5;
  keyring_.put(key);
  EXPECT_TRUE(running->revoked().stop_requested());
  EXPECT_FALSE(gate().admit(before)) << "identified just before";
  key.revoked.reset();
  keyring_.put(key);
  EXPECT_FALSE(gate().identify({"", "sk-one"}));
  EXPECT_TRUE(gate().requires_key());
}

TEST_F(GateTest, ANewSecretTakesThePlaceOfTheOldAndLeavesWhatRuns) {
  keyring_.put(key_of("sk-one"));
  auto running = gate().admit(caller("sk-one"));
  keyring_.put(key_of("sk-two"));
  EXPECT_FALSE(gate().identify({"", "sk-one"}));
  EXPECT_EQ(caller("sk-two").key_id, "key_1");
  EXPECT_FALSE(running->revoked().stop_requested());
  EXPECT_EQ(keyring_.all().size(), 1U);
}

TEST_F(GateTest, GivesOutExactlyAsManyPlacesAsThereAre) {
  Gate two = gate(2);
  auto first = two.admit({});
  auto second = two.admit({});
  ASSERT_TRUE(first && second);
  const auto third = two.admit({});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, base::FailureKind::unavailable);
  EXPECT_TRUE(third.error().retry_after);

  *first = Permit{};
  EXPECT_EQ(two.running(), 1);
  EXPECT_TRUE(two.admit({}));
}

TEST_F(GateTest, APermitTellsTheMetersWhatItCostsInTheEnd) {
  keyring_.put(key_of("sk-one"));
  const auto used = [this] { return keyring_.find_by_id("key_1")->meter->reading({}); };
  auto permit = gate().admit(caller("sk-one"));
  ASSERT_TRUE(permit);
  permit->note(0, 400);
  permit->note(0, 150);  // it was cached
  EXPECT_EQ(used().cost, 150);
  permit->note(3, 180);
  EXPECT_EQ(used().cost, 180);
  EXPECT_EQ(used().tokens, 3);
}

TEST_F(GateTest, FreesAMovedPermitOnce) {
  Gate one = gate(1);
  {
    auto permit = one.admit({});
    ASSERT_TRUE(permit);
    const Permit moved = std::move(*permit);
    EXPECT_EQ(one.running(), 1);
  }
  EXPECT_EQ(one.running(), 0);
}

TEST_F(GateTest, ARefusalByTheKeysLimitKeepsNoPlaceOfTheServer) {
  store::Key key = key_of("sk-one");
  key.allowance.requests_per_minute = 1;
  keyring_.put(key);
  Gate four = gate(4);
  EXPECT_TRUE(four.admit(caller("sk-one")));
  const auto refused = four.admit(caller("sk-one"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::FailureKind::rate_limited);
  EXPECT_EQ(four.running(), 0);
}

TEST_F(GateTest, ManyThreadsAtTheBorderGetExactlyTheirNumberThrough) {
  constexpr int kKeys = 20, kThreads = 8, kTries = 50, kLimit = 30;
  for (int i = 0; i < kKeys; ++i) {
    store::Key key = key_of("sk-" + std::to_string(i), "key_" + std::to_string(i));
    key.allowance.requests_per_minute = kLimit;
    keyring_.put(key);
  }
  Gate all = gate(1'000'000);
  std::vector<std::atomic<int>> admitted(kKeys);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int n = 0; n < kTries; ++n) {
          for (int i = 0; i < kKeys; ++i) {
            const auto who = all.identify({"", "sk-" + std::to_string(i)});
            if (who && all.admit(*who)) ++admitted[static_cast<std::size_t>(i)];
          }
        }
      });
    }
  }
  for (const auto& count : admitted) EXPECT_EQ(count, kLimit);
  EXPECT_EQ(all.running(), 0);
}

TEST(SecretText, MakesSecretsThatNobodyCanGuess) {
  base::Random random;
  const base::Secret one = new_key_secret(random), two = new_key_secret(random);
  EXPECT_NE(one, two);
  EXPECT_EQ(one.expose().size(), 50U);
  EXPECT_EQ(hint_of(one.expose()), std::string(one.expose().substr(0, 11)) + "…");
  EXPECT_EQ(hint_of("short-own"), "s…");
}

}  // namespace
}  // namespace trilogue::admission
