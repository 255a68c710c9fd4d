#include "http/server.h"

#include <gtest/gtest.h>

#include "http/loopback_testing.h"

namespace trilogue::http {
namespace {

using testing::Client;
using testing::echo;
using testing::get;
using testing::post;
using testing::RunningServer;
using namespace std::chrono_literals;

bool says(const std::string& answer, std::string_view part) {
  return answer.find(part) != std::string::npos;
}

TEST(Server, KeepsAConnectionForTheNextRequest) {
  RunningServer server(echo);
  Client client(server.port());
  client.send(get("/a?q=1"));
  EXPECT_TRUE(says(client.answer(), "GET /a [q=1] "));
  client.send(post("hello"));
  const auto answer = client.answer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
  EXPECT_TRUE(answer.ends_with("POST /echo [] hello")) << answer;
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  RunningServer server(echo);
  Client client(server.port());
  client.send(get("/1") + post("two") + get("/3"));
  EXPECT_TRUE(says(client.answer(), "GET /1 "));
  EXPECT_TRUE(says(client.answer(), "POST /echo [] two"));
  EXPECT_TRUE(says(client.answer(), "GET /3 "));
}

TEST(Server, ReadsAChunkedBodyAndTheRequestBehindIt) {
  RunningServer server(echo);
  Client client(server.port());
  client.send(
      "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n "
      "world\r\n0\r\n\r\n" +
      get("/next"));
  EXPECT_TRUE(says(client.answer(), "POST /c [] hello world"));
  EXPECT_TRUE(says(client.answer(), "GET /next "));
}

TEST(Server, GivesAHeadRequestTheHeadersAlone) {
  RunningServer server(echo);
  Client client(server.port());
  client.send("HEAD /h HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto answer = client.rest();
  EXPECT_TRUE(says(answer, "Content-Length: 11\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST(Server, ClosesAfterAnHttp10RequestUnlessAskedToStay) {
  RunningServer server(echo);
  Client client(server.port());
  client.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(says(client.answer(), "Connection: keep-alive\r\n"));
  client.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(says(client.answer(), "Connection: close\r\n"));
  EXPECT_TRUE(client.sees_close());
}

TEST(Server, SendsContinueOnlyWhenTheBodyIsWanted) {
  RunningServer server(echo);
  Client client(server.port());
  client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_TRUE(says(client.answer(), "POST /e [] body"));
}

TEST(Server, RefusesATooLargeBodyBeforeItIsSent) {
  RunningServer server(echo, {.max_body_bytes = 1000});
  Client client(server.port());
  client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 413 "));
}

TEST(Server, LetsAClientFinishWritingABodyThatWasRefused) {
  RunningServer server(echo, {.max_body_bytes = 1'000'000});
  Client client(server.port());
  client.send("POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const auto chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 24; ++i) ASSERT_TRUE(client.send(chunk)) << i;
  EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 413 "));
}

TEST(Server, TakesAGzipBodyAndNoOtherEncoding) {
  RunningServer server(echo);
  const std::string hello("\x1f\x8b\x08\0\0\0\0\0\0\xff\xcb\x48\xcd\xc9\xc9\x07\0\x86\xa6\x10\x36\x05\0\0\0",
                          25);
  Client client(server.port());
  client.send(post(hello, "Content-Encoding: gzip\r\n"));
  EXPECT_TRUE(client.answer().ends_with("POST /echo [] hello"));
  client.send(post("x", "Content-Encoding: br\r\n"));
  EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 415 "));
  client.send(post("not gzip", "Content-Encoding: gzip\r\n"));
  EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 400 "));
}

TEST(Server, AnswersBrokenHttpWithTheShapeItWasGiven) {
  ServerOptions options;
  options.refusals = [](int status, std::string_view) { return Reply{status, "a/b", {}, "shaped"}; };
  RunningServer server(echo, options);
  Client client(server.port());
  client.send("GET / HTTP/1.1\nHost: a\n\n");
  const auto answer = client.rest();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\nshaped")) << answer;
}

TEST(Server, RefusesTenThousandHeaderLinesAndTheClientSeesIt) {
  RunningServer server(echo);
  Client client(server.port());
  std::string lines;
  for (int i = 0; i < 10'000; ++i) lines += "x-header-" + std::to_string(i) + ": some value\r\n";
  EXPECT_TRUE(client.send(get("/", lines)));
  EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 431 "));
}

TEST(Server, RefusesAHugeTargetANulAndTlsOnAPlainPort) {
  RunningServer server(echo);
  for (const auto& [bytes, status] :
       {std::pair{get("/" + std::string(20'000, 'a')), "414"},
        std::pair{get("/", std::string("a: \0\r\n", 6)), "400"},
        std::pair{std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), "400"}}) {
    Client client(server.port());
    client.send(bytes);
    EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 " + std::string(status))) << status;
  }
}

TEST(Server, EndsAnIdleConnectionInSilence) {
  RunningServer server(echo, {.idle_timeout = 40ms});
  Client client(server.port());
  EXPECT_EQ(client.rest(), "");
  EXPECT_TRUE(client.sees_close());
}

TEST(Server, EndsARequestThatStopsInItsHead) {
  RunningServer server(echo, {.header_timeout = 40ms});
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHos");
  EXPECT_TRUE(client.rest().starts_with("HTTP/1.1 408 "));
}

TEST(Server, EndsAHeadThatTricklesIn) {
  RunningServer server(echo, {.header_timeout = 60ms});
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\n");
  pollfd readable{client.native(), POLLIN, 0};
  int lines = 0;
  while (lines < 500 && ::poll(&readable, 1, 10) == 0 && client.send("a: b\r\n")) ++lines;
  EXPECT_LT(lines, 200);
  EXPECT_TRUE(client.rest().starts_with("HTTP/1.1 408 "));
}

TEST(Server, EndsABodyThatStops) {
  RunningServer server(echo, {.body_timeout = 40ms});
  Client client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_TRUE(client.rest().starts_with("HTTP/1.1 408 "));
}

TEST(Server, GoesOnWhenAClientCutsItsBody) {
  RunningServer server(echo);
  {
    Client client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  }
  Client next(server.port());
  next.send(get("/alive"));
  EXPECT_TRUE(says(next.answer(), "GET /alive"));
}

TEST(Server, TellsAConnectionTooManyTo503) {
  RunningServer server(echo, {.max_connections = 1});
  Client first(server.port());
  first.send(get("/1"));
  first.answer();
  Client second(server.port());
  EXPECT_TRUE(second.rest().starts_with("HTTP/1.1 503 "));
}

TEST(Server, GoesOnAcceptingWhenOneConnectionCouldNotBeTakenIn) {
  ServerOptions options{.max_connections = 1};
  options.refusals = [](int, std::string_view) -> Reply { throw std::bad_alloc(); };
  RunningServer server(echo, options);
  auto first = std::make_unique<Client>(server.port());
  first->send(get("/1"));
  first->answer();
  Client lost(server.port());
  EXPECT_EQ(lost.rest(), "");
  first.reset();
  std::string answer;
  for (int i = 0; i < 50 && answer.empty(); ++i) {  // until the server has seen the first one go
    Client next(server.port());
    next.send(get("/2"));
    answer = next.until("\r\n");
  }
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
}

boost::asio::awaitable<void> throws(Exchange& exchange) {
  if (exchange.head().path == "/late") {
    Reply head;
    exchange.open_stream(std::move(head));
    co_await exchange.write({});
  }
  if (exchange.head().path != "/silent") throw std::runtime_error("a bug");
}

TEST(Server, AnswersABugWith500AndGoesOn) {
  RunningServer server(throws);
  for (const auto* const path : {"/early", "/silent"}) {
    Client client(server.port());
    client.send(get(path));
    EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 500 ")) << path;
    EXPECT_TRUE(client.sees_close());
  }
}

TEST(Server, CutsAStreamWhoseHandlerFailed) {
  RunningServer server(throws);
  Client client(server.port());
  client.send(get("/late"));
  EXPECT_FALSE(says(client.rest(), "0\r\n\r\n"));
}

std::string complaint(ServerOptions options) {
  const base::Log log(base::LogLevel::error, [](std::string_view) {});
  const auto server = Server::listen(std::move(options), echo, log);
  return server ? "" : server.error().message;
}

TEST(Server, SaysWhyItCannotListen) {
  RunningServer server(echo);
  EXPECT_TRUE(says(complaint({.port = server.port()}), "is in use by another program"));
  EXPECT_TRUE(says(complaint({.address = "nowhere"}), "it is not an IP address"));
  EXPECT_TRUE(says(complaint({.address = "192.0.2.1", .port = 0}), "this machine has no address 192.0.2.1"));
}

TEST(Server, ServesFromSeveralThreads) {
  RunningServer server(echo, {.io_threads = 4});
  for (int i = 0; i < 16; ++i) {
    Client client(server.port());
    client.send(get("/" + std::to_string(i)));
    EXPECT_TRUE(says(client.answer(), "GET /" + std::to_string(i)));
  }
}

}  // namespace
}  // namespace trilogue::http
