#include "admission/redis/address.h"

#include <gtest/gtest.h>

namespace trilogue::admission::redis {
namespace {

TEST(RedisAddress, TakesWhatTheClientsOfOthersTake) {
  const Address local{{false, "localhost", "6379", ""}};
  EXPECT_EQ(parse_address("redis://localhost"), local);
  EXPECT_EQ(parse_address("valkey://localhost:6379/0"), local);
  EXPECT_EQ(parse_address("rediss://store.example:7000/3"),
            (Address{{true, "store.example", "7000", ""}, "", {}, 3}));
  EXPECT_EQ(parse_address("redis://:p%40ss:w@[::1]:1/"),
            (Address{{false, "::1", "1", ""}, "", base::Secret("p@ss:w"), 0}));
  EXPECT_EQ(parse_address("valkeys://anna:secret@h"),
            (Address{{true, "h", "6379", ""}, "anna", base::Secret("secret"), 0}));
  EXPECT_EQ(parse_address("unix:///run/redis.sock?db=2"),
            (Address{{false, "", "", "/run/redis.sock"}, "", {}, 2}));
  EXPECT_EQ(parse_address("unix:/run/redis.sock"), (Address{{false, "", "", "/run/redis.sock"}}));
  EXPECT_EQ(parse_address("unix://:secret@/run/r"),
            (Address{{false, "", "", "/run/r"}, "", base::Secret("secret"), 0}));
}

TEST(RedisAddress, RefusesTheRestWithoutRepeatingIt) {
  for (const char* text :
       {"", "localhost", "http://hunter2", "redis://", "redis://:hunter2@", "redis://hunter2@h",
        "redis://u:@h", "redis://u:hunter2%4@h", "redis://u:hunter2%zz@h", "redis://h:0", "redis://h:70000",
        "redis://h/hunter2", "redis://h/-1", "redis://h/99999999", "redis://u:hunter2@h:port",
        "redis://u:hunter2 @h", "unix:hunter2", "unix:///", "unix:///run/r?hunter2=1"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().message.find("hunter2"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace trilogue::admission::redis
