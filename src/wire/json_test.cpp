#include "wire/json.h"

#include <gtest/gtest.h>

#include <chrono>

namespace trilogue::wire {
namespace {

std::string error_of(std::string text) {
  const auto document = Document::parse(std::move(text));
  return document ? "accepted" : document.error().message;
}

std::string compact(std::string text) {
  const auto document = Document::parse(std::move(text));
  return document ? document->root().to_json() : document.error().message;
}

std::string nested(std::size_t depth, const std::string& inside = "") {
  return std::string(depth, '[') + inside + std::string(depth, ']');
}

TEST(Json, sees_kinds_exactly) {
  const auto document = Document::parse(R"({"a":1,"b":"1","c":true,"d":null,"e":[],"f":{},"g":1.5})");
  ASSERT_TRUE(document);
  const Value root = document->root();
  EXPECT_EQ(root.find("a")->integer(), 1);
  EXPECT_EQ(root.find("a")->text(), std::nullopt);
  EXPECT_EQ(root.find("a")->boolean(), std::nullopt);
  EXPECT_EQ(root.find("b")->text(), "1");
  EXPECT_EQ(root.find("b")->number(), std::nullopt);
  EXPECT_EQ(root.find("c")->boolean(), true);
  EXPECT_EQ(root.find("c")->integer(), std::nullopt);
  EXPECT_TRUE(root.find("d")->is_null());
  EXPECT_EQ(root.find("e")->kind(), Kind::array);
  EXPECT_EQ(root.find("f")->kind(), Kind::object);
  EXPECT_EQ(root.find("g")->number(), 1.5);
  EXPECT_EQ(root.find("g")->integer(), std::nullopt);
  EXPECT_EQ(root.find("h"), std::nullopt);
}

TEST(Json, takes_whole_numbers_however_they_are_written) {
  const auto document =
      Document::parse("[1.0, 1e2, -3, 9223372036854775807, 18446744073709551615, 1e300, 9007199254740993.0]");
  ASSERT_TRUE(document);
  std::vector<std::optional<std::int64_t>> numbers;
  for (const Value item : document->root().elements()) numbers.push_back(item.integer());
  const std::vector<std::optional<std::int64_t>> expected{
      1, 100, -3, 9223372036854775807, std::nullopt, std::nullopt, 9007199254740992};
  EXPECT_EQ(numbers, expected);
}

TEST(Json, takes_the_last_of_two_equal_keys) {
  const auto document = Document::parse(R"({"a":1,"a":2})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().find("a")->integer(), 2);
}

TEST(Json, walks_elements_and_fields_in_order) {
  const auto document = Document::parse(R"({"x":[1,[2,3],{"k":4}],"y":{},"z":[]})");
  ASSERT_TRUE(document);
  std::string seen;
  for (const auto& [key, value] : document->root().fields()) {
    seen += key;
    for (const Value item : value.elements()) seen += item.to_json() + ";";
    for (const auto& [inner, unused] : value.fields()) seen += inner;
  }
  EXPECT_EQ(seen, "x1;[2,3];{\"k\":4};yz");
}

TEST(Json, finds_nothing_in_what_is_no_container) {
  const auto document = Document::parse("\"text\"");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().find("a"), std::nullopt);
  for ([[maybe_unused]] const Value item : document->root().elements()) FAIL();
  for ([[maybe_unused]] const auto& item : document->root().fields()) FAIL();
}

TEST(Json, writes_itself_compactly_and_keeps_numbers) {
  EXPECT_EQ(compact(R"( { "b" : [ 1 , 1.0 , -0.5, 1e300, 18446744073709551615, -0.0, 0.1 ] , "a" : { } } )"),
            R"({"b":[1,1.0,-0.5,1e+300,18446744073709551615,-0.0,0.1],"a":{}})");
  EXPECT_EQ(compact(R"(["\u00e9\ud83d\ude00\n\"\\\/\u0001\u0000", true, false, null])"),
            "[\"é😀\\n\\\"\\\\/\\u0001\\u0000\",true,false,null]");
}

TEST(Json, keeps_an_escaped_nul_in_text) {
  const auto document = Document::parse(R"(["a\u0000b"])");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document->root().elements().begin()).text(), std::string_view("a\0b", 3));
}

TEST(Json, accepts_a_byte_order_mark_and_space_around) {
  EXPECT_EQ(compact("\xEF\xBB\xBF [1]\r\n\t "), "[1]");
}

TEST(Json, nests_to_the_limit_and_no_deeper) {
  EXPECT_EQ(compact(nested(kMaxJsonDepth)), nested(kMaxJsonDepth));
  EXPECT_EQ(compact(nested(kMaxJsonDepth - 1)), nested(kMaxJsonDepth - 1));
  EXPECT_EQ(error_of(nested(kMaxJsonDepth, "1")), "accepted");
  EXPECT_EQ(error_of(nested(kMaxJsonDepth + 1, "1")), "the JSON document is nested deeper than 128 levels");
  EXPECT_EQ(error_of(nested(kMaxJsonDepth + 1)), "the JSON document is nested deeper than 128 levels");
  EXPECT_EQ(error_of(nested(1'000'000)), "the JSON document is nested deeper than 128 levels");
}

TEST(Json, says_what_is_wrong) {
  const std::string malformed = "malformed JSON";
  EXPECT_EQ(error_of(""), "the JSON document is empty");
  EXPECT_EQ(error_of("  \n"), "the JSON document is empty");
  EXPECT_EQ(error_of("\xEF\xBB\xBF"), "the JSON document is empty");
  for (const char* text : {"{", "[1,]", "{\"a\":}", "{\"a\" 1}", "[1] [2]", "nul", "[tru]", "{a:1}", "[1 2]",
                           "{\"a\":1,}", "]", "NaN", "[Infinity]", "'a'"}) {
    EXPECT_EQ(error_of(text).substr(0, malformed.size()), malformed) << text;
  }
  EXPECT_EQ(error_of("[\"a"), "malformed JSON: a string does not end");
  EXPECT_EQ(error_of("[\"a\nb\"]"), "malformed JSON: a control character in a string is not escaped");
  EXPECT_EQ(error_of(std::string("[\"a\0b\"]", 7)),
            "malformed JSON: a control character in a string is not escaped");
  EXPECT_EQ(error_of("[\"\xFF\"]"), "the JSON document is not valid UTF-8");
  EXPECT_EQ(error_of("[\"\xED\xA0\x80\"]"), "the JSON document is not valid UTF-8");
  EXPECT_EQ(error_of(R"(["\x"])"), "malformed JSON: an escape in a string is not well formed");
  EXPECT_EQ(error_of(R"(["\u12G4"])"), "malformed JSON: an escape in a string is not well formed");
}

TEST(Json, refuses_lone_surrogates) {
  const std::string lone = "a string holds a lone surrogate, which is not a character";
  EXPECT_EQ(error_of(R"(["\ud83d"])"), lone);
  EXPECT_EQ(error_of(R"(["\ude00"])"), lone);
  EXPECT_EQ(error_of(R"(["\ude00\ud83d"])"), lone);
  EXPECT_EQ(error_of(R"(["\ud83dx"])"), lone);
  EXPECT_EQ(error_of(R"(["\ud83d\u0041"])"), lone);
  EXPECT_EQ(error_of(R"({"\ud83d":1})"), lone);
  EXPECT_EQ(error_of(R"(["\\ud83d"])"), "accepted");
}

TEST(Json, refuses_numbers_that_are_none) {
  for (const char* text : {"[01]", "[+1]", "[1.]", "[.5]", "[1e]", "[0x10]", "[-]",
                           "[123456789012345678901234567890,01]", "[1e400,-]", "[00123456789012345678901]"}) {
    EXPECT_EQ(error_of(text).substr(0, 14), "malformed JSON") << text;
  }
}

TEST(Json, takes_numbers_that_are_too_wide_as_the_nearest_double) {
  EXPECT_EQ(compact(R"({"a":[123456789012345678901234567890,1],"b":"123456789012345678901\\"})"),
            R"({"a":[1.2345678901234568e+29,1],"b":"123456789012345678901\\"})");
  EXPECT_EQ(compact("[-9223372036854775809,-9223372036854775808,18446744073709551616,18446744073709551615]"),
            "[-9223372036854775808.0,-9223372036854775808,18446744073709551616.0,18446744073709551615]");
  EXPECT_EQ(compact("[1e400,-1e400,1e-400]"), "[1.7976931348623157e+308,-1.7976931348623157e+308,0.0]");
  EXPECT_EQ(compact("[1" + std::string(1000, '0') + "]"), "[1.7976931348623157e+308]");
  const auto document = Document::parse("[123456789012345678901234567890]");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document->root().elements().begin()).integer(), std::nullopt);
}

TEST(Json, reads_a_million_digits_soon) {
  const std::string text = "[" + std::string(1'000'000, '7') + ",0." + std::string(1'000'000, '7') + "]";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(error_of(text), "accepted");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Json, outlives_a_move) {
  auto first = Document::parse(R"({"a":"b"})");
  ASSERT_TRUE(first);
  const Document second = std::move(*first);
  EXPECT_EQ(second.root().find("a")->text(), "b");
}

}  // namespace
}  // namespace trilogue::wire
