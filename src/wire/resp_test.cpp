#include "wire/resp.h"

#include <gtest/gtest.h>

namespace trilogue::wire {
namespace {

// All values of the bytes, given in pieces of that size.
base::Result<RespValue::List> read(std::string_view bytes, std::size_t piece) {
  RespReader reader;
  RespValue::List values;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    reader.feed(bytes.substr(0, piece));
    for (;;) {
      auto value = reader.next();
      if (!value) return base::fail(value.error());
      if (!*value) break;
      values.push_back(std::move(**value));
    }
  }
  return values;
}

TEST(Resp, ReadsEveryKindHoweverTheBytesAreCut) {
  constexpr std::string_view kBytes =
      "+OK\r\n-NOSCRIPT No matching script\r\n:-42\r\n$3\r\na\r\n\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n"
      "*3\r\n:1\r\n*1\r\n$2\r\nxy\r\n$-1\r\n";
  const RespValue::List expected{
      {std::string("OK")},
      {RespError{"NOSCRIPT No matching script"}},
      {std::int64_t{-42}},
      {std::string("a\r\n")},
      {std::string()},
      {},
      {},
      {RespValue::List{}},
      {RespValue::List{{std::int64_t{1}}, {RespValue::List{{std::string("xy")}}}, {}}}};
  for (std::size_t piece = 1; piece <= kBytes.size(); ++piece) {
    const auto values = read(kBytes, piece);
    ASSERT_TRUE(values);
    ASSERT_TRUE(*values == expected) << piece;
  }
}

TEST(Resp, RefusesWhatIsNone) {
  for (const char* bytes :
       {"?\r\n", ":\r\n", ":1x\r\n", ":99999999999999999999\r\n", "$-2\r\n", "$1\r\nab\r\n", "*-7\r\n",
        "$99999999999\r\n", "HTTP/1.1 400 Bad Request\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}) {
    const auto values = read(bytes, 100);
    ASSERT_FALSE(values) << bytes;
    EXPECT_EQ(values.error().kind, base::FailureKind::invalid_request);
  }
}

TEST(Resp, DoesNotWaitForEverLongerValues) {
  RespReader reader;
  reader.feed("+" + std::string(RespReader::kMostWaitedFor, 'x'));
  EXPECT_FALSE(reader.next());
  RespReader many;  // that many items are announced, none is there
  many.feed("*4000000\r\n");
  const auto value = many.next();
  ASSERT_TRUE(value);
  EXPECT_FALSE(value->has_value());
}

TEST(Resp, WritesCommandsAsListsOfTexts) {
  std::string out;
  const std::vector<std::string> words{"SET", "a", "1\r\n2"};
  append_resp_command(out, words);
  EXPECT_EQ(out, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\n1\r\n2\r\n");
}

}  // namespace
}  // namespace trilogue::wire
