#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "base/secret.h"

namespace trilogue::base {
namespace {

TEST(Random, RepeatsItselfFromASeedAndNotWithout) {
  Random a(7);
  Random b(7);
  EXPECT_EQ(a.text(kUrlSafe, 22), b.text(kUrlSafe, 22));
  Random c;
  EXPECT_NE(c.text(kUrlSafe, 22), c.text(kUrlSafe, 22));
}

TEST(Random, DrawsEveryLetterOfAnAlphabet) {
  Random random(1);
  const std::string text = random.text(kUrlSafe, 4000);
  EXPECT_EQ(std::set<char>(text.begin(), text.end()).size(), kUrlSafe.size());
}

TEST(Random, WritesVersionFourUuids) {
  Random random;
  for (int i = 0; i < 100; ++i) {
    const std::string id = random.uuid();
    ASSERT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    EXPECT_EQ(id[8], '-');
  }
}

TEST(Secret, ComparesByValue) {
  EXPECT_EQ(Secret("abc"), Secret("abc"));
  EXPECT_FALSE(Secret("abc") == Secret("abd"));
  EXPECT_FALSE(Secret("abc") == Secret("ab"));
}

}  // namespace
}  // namespace trilogue::base
