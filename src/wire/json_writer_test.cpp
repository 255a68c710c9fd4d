#include "wire/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "wire/json.h"

namespace trilogue::wire {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonWriter, sets_commas_by_itself) {
  std::string out = "x";
  JsonWriter json(out);
  json.begin_object().field("a", 1).key("b").begin_array().value(true).null().begin_object().end_object();
  json.value("t").end_array().field("c", 0.5).key("d").raw("[1,2]").end_object();
  EXPECT_EQ(out, R"(x{"a":1,"b":[true,null,{},"t"],"c":0.5,"d":[1,2]})");
}

TEST(JsonWriter, escapes_exactly_what_must_be) {
  EXPECT_EQ(json_string("a\"b\\c/d\n\r\t\b\f\x01\x1F\x7F é😀"),
            "\"a\\\"b\\\\c/d\\n\\r\\t\\b\\f\\u0001\\u001f\x7F é😀\"");
  EXPECT_EQ(json_string(std::string_view("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(json_string(""), "\"\"");
}

TEST(JsonWriter, finds_an_escape_at_every_place_of_a_long_run) {
  for (int c = 0; c < 0x80; ++c) {
    for (std::size_t at = 0; at < 19; ++at) {
      std::string text = "é23456789abcdefghi";
      text.insert(text.begin() + static_cast<std::ptrdiff_t>(at == 1 ? 2 : at), static_cast<char>(c));
      const auto document = Document::parse("[" + json_string(text) + "]");
      ASSERT_TRUE(document) << c << " at " << at;
      EXPECT_EQ((*document->root().elements().begin()).text(), text);
    }
  }
}

TEST(JsonWriter, writes_shortest_numbers_and_null_for_what_json_lacks) {
  std::string out;
  JsonWriter json(out);
  json.begin_array().value(0.1).value(1.0).value(-0.0).value(1e300).value(5e-324);
  json.value(std::numeric_limits<double>::infinity()).value(std::nan(""));
  json.value(std::numeric_limits<long long>::min()).value(7u).end_array();
  EXPECT_EQ(out, "[0.1,1,-0,1e+300,5e-324,null,null,-9223372036854775808,7]");
}

// Whatever is compared together: a character is found at every place of every length.
TEST(JsonString, EscapesAtEveryPlace) {
  const std::vector<std::pair<char, std::string>> characters{
      {'"', "\\\""},     {'\\', "\\\\"}, {'\n', "\\n"},    {'\x1f', "\\u001f"},
      {'\0', "\\u0000"}, {' ', " "},     {'\x7f', "\x7f"}, {'\xff', "\xff"}};
  for (std::size_t length = 1; length < 70; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (const auto& [character, escaped] : characters) {
        std::string text(length, 'a'), out;
        text[place] = character;
        append_json_escaped(out, text);
        const std::string expected = std::string(place, 'a') + escaped + std::string(length - place - 1, 'a');
        ASSERT_EQ(out, expected) << length << " " << place;
        std::string object;
        JsonWriter(object).begin_object().field(text, text).field(text, 1).end_object();
        const std::string quoted = '"' + expected + '"';
        ASSERT_EQ(object, '{' + quoted + ':' + quoted + ',' + quoted + ":1}") << length << " " << place;
      }
    }
  }
}

}  // namespace
}  // namespace trilogue::wire
