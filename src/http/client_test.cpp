// The client against our own server, and against sockets that misbehave.
#include "http/client.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "http/loopback_testing.h"

namespace trilogue::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::RunningServer;

base::SteadyTime soon() {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
}
base::SteadyTime in_a_while() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

// What a fetch came to: all of the body, or the first failure.
struct Outcome {
  std::string body;
  std::optional<base::Failure> failure;
};

asio::awaitable<void> read_all(Url url, base::SteadyTime head_until, base::SteadyTime body_until,
                               OfferAbort offer_abort, Outcome& outcome) {
  ClientRequest request{"POST", "/echo", {}, "body"};
  auto fetching = fetch(std::move(url), std::move(request), head_until, std::move(offer_abort));
  const auto response = co_await std::move(fetching);
  if (!response) {
    outcome.failure = response.error();
    co_return;
  }
  for (;;) {
    const auto bytes = co_await (*response)->read_some(body_until);
    if (!bytes) outcome.failure = bytes.error();
    if (!bytes || bytes->empty()) co_return;
    outcome.body += *bytes;
  }
}

Outcome fetched(const std::string& host, std::uint16_t port, base::SteadyTime head_until,
                base::SteadyTime body_until, OfferAbort offer_abort = {}) {
  asio::io_context io;
  Outcome outcome;
  Url url{false, host, std::to_string(port), ""};
  asio::co_spawn(io, read_all(std::move(url), head_until, body_until, std::move(offer_abort), outcome),
                 asio::detached);
  io.run();
  return outcome;
}

constexpr auto kNoName = "name.invalid";

// Whether a fetch ended so while kNoName was looked up; the system may be quicker and say that there is none.
bool ended_or_unknown(const Outcome& outcome, base::FailureKind kind) {
  return outcome.failure &&
         (outcome.failure->kind == kind || outcome.failure->kind == base::FailureKind::unavailable);
}

// Takes connections, and says nothing on its own.
struct Listener {
  asio::io_context io;
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::uint16_t port() const { return acceptor.local_endpoint().port(); }
};

TEST(Client, FetchesByAddressAndByName) {
  const RunningServer server(testing::echo);
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const auto outcome = fetched(host, server.port(), in_a_while(), in_a_while());
    EXPECT_FALSE(outcome.failure) << outcome.failure->message;
    EXPECT_EQ(outcome.body, "POST /echo [] body");
  }
}

TEST(Client, SaysWhomItCannotReach) {
  std::uint16_t port = 0;
  {
    const Listener listener;
    port = listener.port();
  }
  const auto outcome = fetched("127.0.0.1", port, in_a_while(), in_a_while());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, base::FailureKind::unavailable);
  EXPECT_NE(outcome.failure->message.find("127.0.0.1:" + std::to_string(port)), std::string::npos);
}

TEST(Client, GivesUpANameAtTheDeadlineAndLeavesTheLookUpToItself) {
  const auto outcome = fetched(kNoName, 80, std::chrono::steady_clock::now(), in_a_while());
  EXPECT_TRUE(ended_or_unknown(outcome, base::FailureKind::deadline));
}

TEST(Client, GivesUpAServerThatDoesNotAnswer) {
  const Listener listener;
  const auto outcome = fetched("127.0.0.1", listener.port(), soon(), in_a_while());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, base::FailureKind::deadline);
}

TEST(Client, GivesUpABodyThatDoesNotGoOn) {
  Listener listener;
  std::thread half_an_answer([&] {
    tcp::socket socket = listener.acceptor.accept();
    asio::write(socket, asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")));
    char rest[64];
    boost::system::error_code until_it_leaves;
    while (socket.read_some(asio::buffer(rest), until_it_leaves) > 0) {
    }
  });
  const auto outcome = fetched("127.0.0.1", listener.port(), in_a_while(), soon());
  half_an_answer.join();
  EXPECT_EQ(outcome.body, "half");
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, base::FailureKind::deadline);
}

// What a fetch makes of exactly these bytes, that come one by one, and of the end of the connection.
Outcome answered(const std::string& bytes) {
  Listener listener;
  std::thread server([&] {
    tcp::socket socket = listener.acceptor.accept();
    socket.set_option(tcp::no_delay(true));
    char request[1024];
    boost::system::error_code gone;
    socket.read_some(asio::buffer(request), gone);
    for (const char& byte : bytes) asio::write(socket, asio::buffer(&byte, 1), gone);
  });
  auto outcome = fetched("127.0.0.1", listener.port(), in_a_while(), in_a_while());
  server.join();
  return outcome;
}

TEST(Client, ReadsBodiesOfEveryFraming) {
  for (const std::string framed :
       {"Content-Length: 9\r\n\r\nthe body.", "\r\nthe body.",
        "Transfer-Encoding: chunked\r\n\r\n4;x=1\r\nthe \r\n5\r\nbody.\r\n0\r\nTrailer: 1\r\n\r\n"}) {
    const auto outcome = answered("HTTP/1.1 200 OK\r\nServer: test\r\n" + framed);
    EXPECT_FALSE(outcome.failure) << framed << outcome.failure->message;
    EXPECT_EQ(outcome.body, "the body.") << framed;
  }
  EXPECT_EQ(answered("HTTP/1.1 204 No Content\r\n\r\n").body, "");
}

TEST(Client, SaysWhenAnAnswerIsCutOffOrNone) {
  for (const std::string bytes :
       {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthe b",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nthe \r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"}) {
    const auto outcome = answered(bytes);
    ASSERT_TRUE(outcome.failure) << bytes;
    EXPECT_EQ(outcome.failure->kind, base::FailureKind::unavailable) << bytes;
  }
  const auto endless = answered("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'));
  ASSERT_TRUE(endless.failure);
}

TEST(Client, CanBeAbortedWhereverItWaits) {
  const Listener listener;
  for (const std::string host : {"127.0.0.1", "localhost", kNoName}) {
    asio::io_context io;
    Outcome outcome;
    std::function<void()> abort;
    Url url{false, host, std::to_string(listener.port()), ""};
    const auto take = [&abort](std::function<void()> offered) { abort = std::move(offered); };
    asio::co_spawn(io, read_all(std::move(url), in_a_while(), in_a_while(), take, outcome), asio::detached);
    io.poll_one();
    abort();
    io.run();
    if (host == kNoName) {
      EXPECT_TRUE(ended_or_unknown(outcome, base::FailureKind::cancelled));
      continue;
    }
    ASSERT_TRUE(outcome.failure) << host;
    EXPECT_EQ(outcome.failure->kind, base::FailureKind::cancelled) << outcome.failure->message;
  }
}

}  // namespace
}  // namespace trilogue::http
