#include "http/request_head.h"

#include <gtest/gtest.h>

#include <string>

namespace trilogue::http {
namespace {

using Outcome = tl::expected<RequestHead, Refusal>;

// Scans and parses as a session does; an incomplete head counts as status 0.
Outcome read(std::string_view bytes, HeadLimits limits = {}) {
  HeadScanner scanner(limits);
  const auto found = scanner.find(bytes);
  if (!found) return tl::unexpected<Refusal>(found.error());
  if (!found->has_value()) return tl::unexpected<Refusal>(Refusal{0, "incomplete"});
  return parse_head(bytes.substr((*found)->begin, (*found)->end - (*found)->begin), limits);
}

int status_of(std::string_view bytes, HeadLimits limits = {}) {
  const auto outcome = read(bytes, limits);
  return outcome ? 200 : outcome.error().status;
}

std::string with(std::string_view headers) {
  return "POST /v1 HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n";
}

TEST(RequestHead, ReadsMethodPathQueryAndHeaders) {
  const auto request = read("POST /v1/messages?beta=true HTTP/1.1\r\nHost: a\r\nX-Api-Key:  k \r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->head.method, "POST");
  EXPECT_EQ(request->head.path, "/v1/messages");
  EXPECT_EQ(request->head.query, "beta=true");
  EXPECT_EQ(request->head.header("x-api-key"), "k");
  EXPECT_TRUE(request->keep_alive);
}

struct TargetCase {
  std::string target, path, query;
};
class Targets : public ::testing::TestWithParam<TargetCase> {};

TEST_P(Targets, AreTidied) {
  const auto request = read("GET " + GetParam().target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(request) << request.error().reason;
  EXPECT_EQ(request->head.path, GetParam().path);
  EXPECT_EQ(request->head.query, GetParam().query);
}

INSTANTIATE_TEST_SUITE_P(
    RequestHead, Targets,
    ::testing::Values(TargetCase{"/", "/", ""}, TargetCase{"//v1/messages", "/v1/messages", ""},
                      TargetCase{"/v1/models/", "/v1/models", ""}, TargetCase{"///", "/", ""},
                      TargetCase{"/a/?b=/c/", "/a", "b=/c/"}, TargetCase{"/?x", "/", "x"},
                      TargetCase{"*", "*", ""}, TargetCase{"http://h:1/v1/x?y", "/v1/x", "y"},
                      TargetCase{"HTTPS://h", "/", ""}, TargetCase{"http://h?q", "/", "q"}));

TEST(RequestHead, AbsoluteTargetOverridesTheHost) {
  const auto request = read("GET http://evil.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->head.header("host"), "evil.example");
}

class Refused : public ::testing::TestWithParam<std::pair<std::string, int>> {};

TEST_P(Refused, WithItsStatus) {
  EXPECT_EQ(status_of(GetParam().first), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(
    RequestHead, Refused,
    ::testing::Values(
        std::pair{with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        std::pair{with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        std::pair{with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        std::pair{with("Content-Length: 5, 5\r\n"), 400}, std::pair{with("Content-Length: +5\r\n"), 400},
        std::pair{with("Content-Length: -1\r\n"), 400}, std::pair{with("Content-Length:\r\n"), 400},
        std::pair{with("Content-Length: 99999999999999999999\r\n"), 400},
        std::pair{with("Transfer-Encoding: xchunked\r\n"), 400},
        std::pair{with("Transfer-Encoding: gzip, chunked\r\n"), 400},
        std::pair{with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        std::pair{with("Transfer-Encoding : chunked\r\n"), 400}, std::pair{with(" folded\r\n"), 400},
        std::pair{with("A: b\r\n\tfolded\r\n"), 400}, std::pair{with("Host: b\r\n"), 400},
        std::pair{with("no colon\r\n"), 400}, std::pair{with(": no name\r\n"), 400},
        std::pair{with("A: b\nC: d\r\n"), 400}, std::pair{with("A: b\rc\r\n"), 400},
        std::pair{with(std::string("A: b\0c\r\n", 8)), 400}, std::pair{with("Expect: magic\r\n"), 417},
        std::pair{std::string("GET / HTTP/1.1\r\n\r\n"), 400},
        std::pair{std::string("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
        std::pair{std::string("GET / HTTP/1.1\nHost: a\n\n"), 400},
        std::pair{std::string("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        std::pair{std::string("GET /\r\n\r\n"), 400}, std::pair{std::string("GET\r\n\r\n"), 400},
        std::pair{std::string("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505},
        std::pair{std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505},
        std::pair{std::string("GET / FTP/1.1\r\nHost: a\r\n\r\n"), 400},
        std::pair{std::string("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        std::pair{std::string("GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        std::pair{std::string("CONNECT h:443 HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        std::pair{std::string("\x16\x03\x01\x02"), 400}, std::pair{std::string("\0", 1), 400}));

TEST(RequestHead, TooManyLinesTooManyBytesAndALongTargetAreToldApart) {
  std::string lines;
  for (int i = 0; i < 10'000; ++i) lines += "a: b\r\n";
  EXPECT_EQ(read(with(lines)).error(), (Refusal{431, "there are too many header lines"}));
  EXPECT_EQ(read(with("a: " + std::string(70'000, 'x') + "\r\n")).error(),
            (Refusal{431, "the head of the request is too large"}));
  EXPECT_EQ(status_of("GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
}

TEST(RequestHead, ExactlyTheAllowedLinesAreTaken) {
  const HeadLimits limits{1024, 2, 100};
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n", limits), 200);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n", limits), 431);
}

TEST(RequestHead, BlankLinesBeforeARequestAreSkipped) {
  EXPECT_EQ(status_of("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}

TEST(RequestHead, ConnectionAndVersionDecideWhetherTheConnectionLives) {
  EXPECT_FALSE(read(with("Connection: foo, Close\r\n"))->keep_alive);
  EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
}

TEST(RequestHead, PiecesOfOneByteGiveTheSame) {
  const auto bytes = "\r\n" + with("Content-Length: 12\r\nA: b\r\n");
  HeadScanner scanner({});
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto early = scanner.find(std::string_view(bytes).substr(0, i));
    ASSERT_TRUE(early.has_value());
    ASSERT_FALSE(early->has_value()) << i;
  }
  const auto found = scanner.find(bytes);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(**found, (HeadScanner::Span{2, bytes.size()}));
}

}  // namespace
}  // namespace trilogue::http
