#include "wire/utf8.h"

#include <gtest/gtest.h>

#include <vector>

namespace trilogue::wire {
namespace {

// The definition written the slow way: decode, then refuse what must not be encoded like this.
bool valid_by_definition(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = first < 0x80       ? 1
                               : first >> 5 == 6  ? 2
                               : first >> 4 == 14 ? 3
                               : first >> 3 == 30 ? 4
                                                  : 0;
    if (length == 0 || at + length > bytes.size()) return false;
    unsigned point = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(bytes[at + i]);
      if ((next & 0xC0) != 0x80) return false;
      point = point << 6 | (next & 0x3F);
    }
    const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < smallest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    at += length;
  }
  return true;
}

TEST(Utf8, agrees_with_the_definition_on_every_short_text_of_odd_bytes) {
  const std::vector<unsigned char> odd{0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2,
                                       0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  for (const auto a : odd) {
    for (const auto b : odd) {
      for (const auto c : odd) {
        for (const auto d : odd) {
          const std::string text{static_cast<char>(a), static_cast<char>(b), static_cast<char>(c),
                                 static_cast<char>(d)};
          ASSERT_EQ(is_valid_utf8(text), valid_by_definition(text))
              << int{a} << ' ' << int{b} << ' ' << int{c} << ' ' << int{d};
          ASSERT_TRUE(is_valid_utf8(replace_invalid_utf8(text)));
        }
      }
    }
  }
}

TEST(Utf8, holds_back_exactly_the_unfinished_character) {
  const std::string text = "aé€😀";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string_view cut = std::string_view(text).substr(0, size);
    const std::size_t tail = incomplete_tail(cut);
    EXPECT_TRUE(is_valid_utf8(cut.substr(0, size - tail))) << size;
    EXPECT_EQ(tail == 0, is_valid_utf8(cut)) << size;
  }
}

TEST(Utf8, waits_for_nothing_behind_bytes_that_cannot_be_mended) {
  EXPECT_EQ(incomplete_tail("\xFF"), 0u);
  EXPECT_EQ(incomplete_tail("\x80\x80\x80"), 0u);
  EXPECT_EQ(incomplete_tail("\xE0\x80"), 0u);  // overlong whatever follows
  EXPECT_EQ(incomplete_tail("\xED\xA0"), 0u);  // a surrogate whatever follows
  EXPECT_EQ(incomplete_tail("\xF0\x9F\x98"), 3u);
}

TEST(Utf8, finds_the_border_before_a_place) {
  const std::string text = "a€b";
  const std::vector<std::size_t> expected{0, 1, 1, 1, 4, 5, 5};
  for (std::size_t at = 0; at < expected.size(); ++at) EXPECT_EQ(border_before(text, at), expected[at]) << at;
}

TEST(Utf8, counts_characters) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("a€b\xF0\x9F\x98\x80"), 4u);
}

TEST(Utf8, replaces_each_broken_part_once) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(replace_invalid_utf8("a\xFFz"), "a" + mark + "z");
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x98"), mark);
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F!"), mark + "!");
  EXPECT_EQ(replace_invalid_utf8("é"), "é");
}

}  // namespace
}  // namespace trilogue::wire
