#include "admission/gate.h"

#include <gtest/gtest.h>

#include <thread>

namespace trilogue::admission {
namespace {

Gate gate_with(std::string key, int max_running = 4) {
  return {Keyring({base::Secret(std::move(key))}), max_running};
}

TEST(Gate, LetsAnyoneInWhereThereAreNoKeys) {
  const Gate gate({}, 1);
  EXPECT_FALSE(gate.requires_key());
  EXPECT_EQ(gate.identify({})->key_id, "");
}

TEST(Gate, TakesTheKeyFromEitherHeader) {
  const Gate gate = gate_with("sk-one");
  const auto bearer = gate.identify({"bearer  sk-one", ""});
  const auto header = gate.identify({"", "sk-one"});
  ASSERT_TRUE(bearer && header);
  EXPECT_EQ(bearer->key_id, header->key_id);
  EXPECT_EQ(bearer->key_id.substr(0, 4), "key_");
  EXPECT_EQ(bearer->key_id.find("sk-one"), std::string::npos);
}

TEST(Gate, RefusesMissingWrongAndAlmostRightKeys) {
  const Gate gate = gate_with("sk-one");
  for (const auto* given :
       {"", "Bearer", "Bearer ", "Bearer sk-on", "Bearer sk-one2", "Basic sk-one", "sk-one"}) {
    const auto caller = gate.identify({given, ""});
    ASSERT_FALSE(caller) << given;
    EXPECT_EQ(caller.error().kind, base::FailureKind::unauthenticated);
    EXPECT_EQ(caller.error().message, "Incorrect API key provided");
  }
}

TEST(Gate, GivesOutExactlyAsManyPlacesAsThereAre) {
  Gate gate({}, 2);
  auto first = gate.admit();
  auto second = gate.admit();
  ASSERT_TRUE(first && second);
  const auto third = gate.admit();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, base::FailureKind::unavailable);
  EXPECT_TRUE(third.error().retry_after);

  *first = Permit{};
  EXPECT_EQ(gate.running(), 1);
  EXPECT_TRUE(gate.admit());
}

TEST(Gate, FreesAMovedPermitOnce) {
  Gate gate({}, 1);
  {
    auto permit = gate.admit();
    ASSERT_TRUE(permit);
    const Permit moved = std::move(*permit);
    EXPECT_EQ(gate.running(), 1);
  }
  EXPECT_EQ(gate.running(), 0);
}

TEST(Gate, CountsRightlyWhenManyThreadsRace) {
  Gate gate({}, 10);
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          if (auto permit = gate.admit()) {
            ++admitted;
            EXPECT_LE(gate.running(), 10 + 8);
          }
        }
      });
    }
  }
  EXPECT_EQ(gate.running(), 0);
  EXPECT_GT(admitted, 0);
}

}  // namespace
}  // namespace trilogue::admission
