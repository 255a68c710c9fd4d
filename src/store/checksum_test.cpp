#include "store/checksum.h"

#include <gtest/gtest.h>

#include <string>

namespace trilogue::store {
namespace {

// RFC 3720, B.4, and the check value that catalogues of CRCs give.
TEST(Checksum, IsThatOfTheStandard) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AA);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Checksum, IsTheSameOnEveryProcessor) {
  std::string text;
  for (int size = 0; size < 300; ++size) {
    EXPECT_EQ(crc32c(text), crc32c_by_table(text)) << size;
    text += static_cast<char>(size * 37);
  }
}

}  // namespace
}  // namespace trilogue::store
