#include "dialect/request_fields.h"

#include <gtest/gtest.h>

#include "dialect/past_calls.h"

namespace trilogue::dialect {
namespace {

TEST(RequestFields, clamp_a_count_to_what_an_int_holds) {
  EXPECT_EQ(as_count(1), 1);
  EXPECT_EQ(as_count(kAnyInteger), 2147483647);
}

TEST(RequestFields, shorten_an_echo_between_characters) {
  EXPECT_EQ(shortened("robot"), "robot");
  EXPECT_EQ(shortened(std::string(63, 'a') + "é"), std::string(63, 'a'));
}

TEST(RequestFields, want_each_tool_once) {
  const auto document = wire::Document::parse(R"({"tools":[1,2]})");
  const wire::Node root(document->root());
  wire::Reader reader;
  ToolNames names;
  require_new_name(reader, root, "f", names);
  EXPECT_FALSE(reader.failed());
  require_new_name(reader, root, "f", names);
  EXPECT_TRUE(reader.failed());
}

TEST(PastCalls, keep_arguments_that_are_an_object_and_wrap_all_else) {
  EXPECT_EQ(arguments_object("{\"x\": 1}"), "{\"x\": 1}");
  EXPECT_EQ(arguments_object(""), "{}");
  EXPECT_EQ(arguments_object("{\"path\":\"a.t"), R"({"unparsed":"{\"path\":\"a.t"})");
  EXPECT_EQ(arguments_object("[1]"), R"({"unparsed":"[1]"})");
}

TEST(PastCalls, know_the_tool_of_an_id) {
  const auto document = wire::Document::parse(R"({"id":"a","other":"b"})");
  const wire::Node root(document->root());
  wire::Reader reader;
  const CallNames calls{{"a", "f"}};
  EXPECT_EQ(read_called_name(reader, root.field("id"), calls), "f");
  EXPECT_FALSE(reader.failed());
  read_called_name(reader, root.field("other"), calls);
  EXPECT_EQ(reader.take_fault().path, "other");
}

}  // namespace
}  // namespace trilogue::dialect
