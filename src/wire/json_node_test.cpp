#include "wire/json_node.h"

#include <gtest/gtest.h>

namespace trilogue::wire {
namespace {

Document parsed(std::string text) {
  return *Document::parse(std::move(text));
}

TEST(Node, names_the_way_to_a_value) {
  const Document document = parsed(R"({"messages":[{},{"content":[{"type":"x"}]}]})");
  const Node root(document.root());
  const Node messages = root.field("messages");
  std::string seen = root.path() + "|" + messages.path();
  for (const Node message : messages.elements()) {
    const Node content = message.field("content");
    for (const Node part : content.elements()) seen += "|" + part.path() + "|" + part.field("type").path();
  }
  EXPECT_EQ(seen, "|messages|messages[1].content[0]|messages[1].content[0].type");
}

TEST(Node, quotes_odd_keys_and_cuts_long_ones) {
  const Document document = parsed(R"({"a b\"":{"":1}})");
  const Node root(document.root());
  const Node odd = root.field("a b\"");
  EXPECT_EQ(odd.field("").path(), R"(["a b\""].)");
  const std::string key(1000, 'k');
  EXPECT_EQ(root.field(key).path(), std::string(64, 'k'));
}

TEST(Reader, says_which_setting_is_unknown_or_there_twice) {
  for (const auto& [text, path] : {std::pair(R"({"limits":{"rpm":1}})", "limits.rpm"),
                                   std::pair(R"({"limits":{"a":1,"a":2}})", "limits.a")}) {
    const Document document = parsed(text);
    const Node root(document.root());
    const Node limits = root.field("limits");
    Reader reader;
    reader.only(limits, {"a", "b"});
    ASSERT_TRUE(reader.failed()) << text;
    EXPECT_EQ(reader.take_fault().path, path);
  }
  const Document document = parsed(R"({"b":null,"a":1})");
  const Node root(document.root());
  Reader reader;
  reader.only(root, {"a", "b"});
  EXPECT_FALSE(reader.failed());
}

TEST(Node, reads_null_as_absent) {
  const Document document = parsed(R"({"a":null})");
  const Node root(document.root());
  EXPECT_FALSE(root.field("a").present());
  EXPECT_FALSE(root.field("b").present());
  const Node absent = root.field("b");
  EXPECT_FALSE(absent.field("c").present());
  for ([[maybe_unused]] const Node& item : absent.elements()) FAIL();
}

TEST(Reader, gives_what_is_there_and_a_fallback_where_nothing_is) {
  const Document document = parsed(R"({"t":"x","b":true,"n":0.5,"i":3.0})");
  const Node root(document.root());
  Reader reader;
  EXPECT_EQ(reader.text(root.field("t")), "x");
  EXPECT_EQ(reader.text(root.field("none")), std::nullopt);
  EXPECT_TRUE(reader.boolean(root.field("b"), false));
  EXPECT_TRUE(reader.boolean(root.field("none"), true));
  EXPECT_EQ(reader.number(root.field("n"), {0, 1}, 9), 0.5);
  EXPECT_EQ(reader.number(root.field("none"), {0, 1}, 9), 9);
  EXPECT_EQ(reader.integer(root.field("i"), 1, 3), 3);
  EXPECT_EQ(reader.integer(root.field("none"), 1, 3), std::nullopt);
  EXPECT_FALSE(reader.failed());
}

TEST(Reader, keeps_the_first_fault_with_its_path) {
  const Document document = parsed(R"({"n":"1","b":1})");
  const Node root(document.root());
  Reader reader;
  EXPECT_EQ(reader.number(root.field("n"), {0, 1}, 9), 9);
  reader.boolean(root.field("b"), false);
  const base::Failure fault = reader.take_fault();
  EXPECT_EQ(fault.kind, base::FailureKind::invalid_request);
  EXPECT_EQ(fault.path, "n");
  EXPECT_EQ(fault.message, "expected a number, got a string");
}

std::string number_fault(std::string text, NumberRange range) {
  const Document document = parsed("[" + text + "]");
  const Node root(document.root());
  Reader reader;
  for (const Node item : root.elements()) reader.number(item, range, 0);
  return reader.failed() ? reader.take_fault().message : "taken";
}

TEST(Reader, holds_numbers_to_their_range) {
  EXPECT_EQ(number_fault("0", {0, 2}), "taken");
  EXPECT_EQ(number_fault("2", {0, 2}), "taken");
  EXPECT_EQ(number_fault("2.01", {0, 2}), "expected a number from 0 to 2, got 2.01");
  EXPECT_EQ(number_fault("0", {0, 1, true}), "expected a number over 0, up to 1, got 0");
}

std::string integer_fault(std::string text, std::int64_t low, std::int64_t high) {
  const Document document = parsed("[" + text + "]");
  const Node root(document.root());
  Reader reader;
  for (const Node item : root.elements()) reader.integer(item, low, high);
  return reader.failed() ? reader.take_fault().message : "taken";
}

TEST(Reader, holds_integers_to_their_range) {
  EXPECT_EQ(integer_fault("128.0", 1, 128), "taken");
  EXPECT_EQ(integer_fault("129", 1, 128), "expected an integer from 1 to 128, got 129");
  EXPECT_EQ(integer_fault("1.5", 1, 128), "expected an integer from 1 to 128, got 1.5");
  EXPECT_EQ(integer_fault("\"1\"", 1, 128), "expected an integer, got a string");
}

TEST(Reader, takes_a_number_beyond_all_integers_where_there_is_no_upper_end) {
  for (const auto* number : {"9e18", "1e16", "18446744073709551615", "1e300"})
    EXPECT_EQ(integer_fault(number, 1, INT64_MAX), "taken") << number;
  EXPECT_EQ(integer_fault("1e16", INT64_MIN, INT64_MAX),
            "expected an integer from -9223372036854775808 on, got 1e+16");
  EXPECT_EQ(integer_fault("-1e16", 0, INT64_MAX), "expected an integer from 0 on, got -1e+16");
}

}  // namespace
}  // namespace trilogue::wire
