#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "http/chunked_body.h"
#include "http/gunzip.h"

namespace trilogue::http {
namespace {

using State = ChunkedBody::State;

struct Unchunked {
  std::string body;
  State state = State::more;
  std::size_t taken = 0;
  friend bool operator==(const Unchunked&, const Unchunked&) = default;
};

// Gives the bytes in pieces of `size`, as a socket might.
Unchunked unchunk(std::string_view bytes, std::size_t size) {
  Unchunked result;
  ChunkedBody chunks;
  while (result.state == State::more && result.taken < bytes.size()) {
    const auto step = chunks.next(bytes.substr(result.taken, size));
    result.body += step.payload;
    result.taken += step.taken;
    result.state = step.state;
  }
  return result;
}

TEST(ChunkedBody, GivesTheSameForEveryPieceSize) {
  const std::string bytes = "5;x=y\r\nhello\r\n00A\r\n, chunked \r\n0\r\nTrailer: t\r\n\r\nGET /";
  const auto whole = unchunk(bytes, bytes.size());
  EXPECT_EQ(whole, (Unchunked{"hello, chunked ", State::done, bytes.size() - 5}));
  for (std::size_t size = 1; size < bytes.size(); ++size) EXPECT_EQ(unchunk(bytes, size), whole) << size;
}

class BrokenChunks : public ::testing::TestWithParam<std::string> {};
TEST_P(BrokenChunks, AreNoticed) {
  EXPECT_EQ(unchunk(GetParam(), 3).state, State::broken);
}
INSTANTIATE_TEST_SUITE_P(ChunkedBody, BrokenChunks,
                         ::testing::Values("\r\n", "x\r\n", "5\nhello", "5\r\nhelloX", "5\r\nhello\n",
                                           "-1\r\n", "5\rhello", "ffffffffffffffff\r\n", "1;a\nb",
                                           "0\r\nA: b\n", "0\r\n\rX"));

TEST(ChunkedBody, EndlessTrailersAreBroken) {
  EXPECT_EQ(unchunk("0\r\n" + std::string(70'000, 'a'), 1024).state, State::broken);
}

std::string gzip(std::string_view text) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

TEST(Gunzip, InflatesPiecesAndSeveralMembers) {
  const auto bytes = gzip("first ") + gzip(std::string(100'000, 'x'));
  Gunzip gunzip(200'000);
  std::string out;
  for (const char c : bytes) ASSERT_TRUE(gunzip.add({&c, 1}, out));
  EXPECT_TRUE(gunzip.finish());
  EXPECT_EQ(out, "first " + std::string(100'000, 'x'));
}

// Fifty megabytes of nothing are refused with no more than `most` of them made.
void expect_bomb_stopped(std::size_t cap, std::size_t most, const std::string& bomb) {
  Gunzip gunzip(cap);
  std::string out;
  const auto added = gunzip.add(bomb, out);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, base::FailureKind::too_large);
  EXPECT_LE(out.size(), most);
}

TEST(Gunzip, StopsABombAtTheCap) {
  expect_bomb_stopped(1'000'000, 1'000'000, gzip(std::string(50'000'000, '\0')));
}

TEST(Gunzip, StopsABodyThatGrowsOutOfAllProportion) {
  const auto bomb = gzip(std::string(50'000'000, '\0'));
  expect_bomb_stopped(100'000'000, 1024 * 1024 + 100 * bomb.size(), bomb);
}

TEST(Gunzip, RefusesOtherBytesAndAnEarlyEnd) {
  std::string out;
  EXPECT_FALSE(Gunzip(1000).add("not gzip at all", out));
  const auto bytes = gzip("hello");
  Gunzip cut_short(1000);
  ASSERT_TRUE(cut_short.add(std::string_view(bytes).substr(0, bytes.size() - 1), out));
  EXPECT_FALSE(cut_short.finish());
}

}  // namespace
}  // namespace trilogue::http
