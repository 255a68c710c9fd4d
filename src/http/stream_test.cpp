#include <gtest/gtest.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>

#include "http/loopback_testing.h"

namespace trilogue::http {
namespace {

namespace asio = boost::asio;
using testing::Client;
using testing::echo;
using testing::get;
using testing::post;
using testing::RunningServer;
using namespace std::chrono_literals;

Reply event_stream() {
  return {200, "text/event-stream", {}, ""};
}

asio::awaitable<void> three_events(Exchange& exchange) {
  exchange.open_stream(event_stream());
  for (const std::string_view event : {"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"})
    co_await exchange.write(event);
  co_await exchange.close_stream({}, exchange.head().path == "/close");
}

TEST(Stream, SendsAChunkForEachWriteAndKeepsTheConnection) {
  RunningServer server(three_events);
  Client client(server.port());
  for (int turn = 0; turn < 2; ++turn) {
    client.send(get("/"));
    EXPECT_NE(client.until("\r\n\r\n").find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(client.until("0\r\n\r\n"),
              "9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n9\r\ndata: 3\n\n\r\n0\r\n\r\n");
  }
}

TEST(Stream, ClosesWhereTheHandlerWantsIt) {
  RunningServer server(three_events);
  Client client(server.port());
  client.send(get("/close"));
  EXPECT_TRUE(client.rest().ends_with("0\r\n\r\n"));
  EXPECT_TRUE(client.sees_close());
}

TEST(Stream, EndsWithTheConnectionForHttp10) {
  RunningServer server(three_events);
  Client client(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto answer = client.rest();
  EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\ndata: 1\n\ndata: 2\n\ndata: 3\n\n")) << answer;
}

asio::awaitable<void> at_once(Exchange& exchange) {
  exchange.open_stream(event_stream());
  co_await exchange.close_stream("data: all\n\n", false);
}

TEST(Stream, EndsWithItsLastEvents) {
  RunningServer server(at_once);
  Client client(server.port());
  client.send(get("/"));
  EXPECT_TRUE(client.until("\r\n0\r\n\r\n").ends_with("\r\n\r\nb\r\ndata: all\n\n\r\n0\r\n\r\n"));
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.until("\r\n\r\n").find("chunked") != std::string::npos);
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(client.rest().ends_with("\r\n\r\ndata: all\n\n"));
}

// Waits until it is told that the client has left, as a generation does.
struct Waiting {
  std::promise<void> started;
  std::promise<bool> left;

  asio::awaitable<void> run(Exchange& exchange, bool stream) {
    if (stream) exchange.open_stream(event_stream());
    co_await exchange.write({});
    asio::steady_timer timer(co_await asio::this_coro::executor, 5s);
    bool called = false;
    std::function<void()> on_gone = [&timer, &called] {
      called = true;
      timer.cancel();
    };
    exchange.on_disconnect(std::move(on_gone));
    started.set_value();
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    left.set_value(called);
  }
};

Handler handler_of(Waiting& waiting, bool stream) {
  return [&waiting, stream](Exchange& exchange) { return waiting.run(exchange, stream); };
}

class Disconnect : public ::testing::TestWithParam<std::pair<bool, bool>> {};

TEST_P(Disconnect, WakesAHandlerThatWaits) {
  Waiting waiting;
  const auto [stream, by_reset] = GetParam();
  RunningServer server(handler_of(waiting, stream));
  Client client(server.port());
  client.send(get("/"));
  waiting.started.get_future().wait();
  by_reset ? client.reset() : client.close();
  EXPECT_TRUE(waiting.left.get_future().get());
}

INSTANTIATE_TEST_SUITE_P(Stream, Disconnect,
                         ::testing::Values(std::pair{false, false}, std::pair{false, true},
                                           std::pair{true, false}, std::pair{true, true}));

// Watches, and answers when a later request on the same connection has already arrived.
asio::awaitable<void> watched_echo(Exchange& exchange) {
  exchange.on_disconnect([] {});
  asio::steady_timer timer(co_await asio::this_coro::executor, 20ms);
  co_await timer.async_wait(asio::use_awaitable);
  co_await echo(exchange);
}

TEST(Stream, AWatchLosesNoBytesOfTheNextRequest) {
  RunningServer server(watched_echo);
  Client client(server.port());
  client.send(get("/1") + "POST /2 HTTP/1.1\r\nHost: a\r\nCont");
  EXPECT_NE(client.answer().find("GET /1 "), std::string::npos);
  client.send("ent-Length: 5\r\n\r\nhello" + get("/3"));
  EXPECT_TRUE(client.answer().ends_with("POST /2 [] hello"));
  EXPECT_NE(client.answer().find("GET /3 "), std::string::npos);
}

TEST(Stream, AWatchReadsABodyThatComesLater) {
  RunningServer server(watched_echo);
  Client client(server.port());
  client.send("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
  client.send("hello");
  EXPECT_TRUE(client.answer().ends_with("POST /later [] hello"));
}

struct Flood {
  std::atomic<std::size_t> written = 0;
  std::promise<void> over;

  asio::awaitable<void> run(Exchange& exchange) {
    exchange.open_stream(event_stream());
    const std::string block(64 * 1024, 'x');
    while (co_await exchange.write(block)) written += block.size();
    over.set_value();
  }
};

TEST(Stream, ASlowReaderHoldsTheWriterBackAndIsGoneAfterTheTimeout) {
  Flood flood;
  ServerOptions options;
  options.write_timeout = 60ms;
  RunningServer server([&flood](Exchange& exchange) { return flood.run(exchange); }, options);
  Client client(server.port(), 4096);
  client.send(get("/"));
  flood.over.get_future().wait();
  EXPECT_LT(flood.written, 64U * 1024 * 1024);
}

TEST(Stream, AReaderWhoTakesALittleNowAndThenIsGoneAtTheEnd) {
  Flood flood;
  RunningServer server([&flood](Exchange& exchange) {
    exchange.give_up_at(std::chrono::steady_clock::now() + 200ms);
    return flood.run(exchange);
  });
  Client client(server.port(), 4096);
  client.send(get("/"));
  auto over = flood.over.get_future();
  const auto is_over = [&] { return over.wait_for(5ms) == std::future_status::ready; };
  char taken[4096];
  for (int turn = 0; turn < 1000 && !is_over(); ++turn) {
    ::recv(client.native(), taken, sizeof taken, MSG_DONTWAIT);
  }
  EXPECT_TRUE(is_over());
}

asio::awaitable<void> large(Exchange& exchange) {
  Reply reply;
  reply.body.assign(20'000'000, 'y');
  co_await exchange.reply(std::move(reply));
}

TEST(Stream, ALargeAnswerArrivesWholeThroughASmallWindow) {
  RunningServer server(large);
  Client client(server.port(), 4096);
  client.send(get("/"));
  const auto answer = client.answer();
  EXPECT_EQ(answer.size() - answer.find("yyy"), 20'000'000U);
}

// Answers after the server was told to drain.
struct Draining {
  std::promise<void> started;
  std::promise<void> may_answer;

  asio::awaitable<void> run(Exchange& exchange) {
    if (exchange.head().path == "/busy") {
      started.set_value();
      may_answer.get_future().wait();
    }
    co_await echo(exchange);
  }
};

TEST(Drain, LetsARunningAnswerFinishAndSaysClose) {
  Draining draining;
  ServerOptions options;
  options.io_threads = 2;  // the busy one blocks its thread
  RunningServer server([&draining](Exchange& exchange) { return draining.run(exchange); }, options);
  Client idle(server.port());
  idle.send(get("/idle"));
  idle.answer();
  Client busy(server.port());
  busy.send(get("/busy"));
  draining.started.get_future().wait();
  server->drain(5s);
  EXPECT_TRUE(idle.sees_close());
  draining.may_answer.set_value();
  EXPECT_NE(busy.rest().find("Connection: close\r\n"), std::string::npos);
  server.wait_until_stopped();
  EXPECT_EQ(server->connections(), 0U);
}

TEST(Drain, CutsAHandlerThatOutlivesItsGrace) {
  Waiting waiting;
  RunningServer server(handler_of(waiting, true));
  Client client(server.port());
  client.send(get("/"));
  waiting.started.get_future().wait();
  server->drain(20ms);
  server.wait_until_stopped();
  EXPECT_TRUE(waiting.left.get_future().get());
}

asio::awaitable<void> deaf(std::promise<void>& started, std::shared_ptr<int> held) {
  asio::steady_timer timer(co_await asio::this_coro::executor, 1h);
  started.set_value();
  co_await timer.async_wait(asio::use_awaitable);
  ++*held;
}

TEST(Drain, DestroysAHandlerThatDoesNotListen) {
  const auto held = std::make_shared<int>();
  std::promise<void> started;
  {
    RunningServer server([&](Exchange&) { return deaf(started, held); });
    Client client(server.port());
    client.send(get("/"));
    started.get_future().wait();
    server->drain(20ms);
    server.wait_until_stopped();
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Drain, OfAnEmptyServerStopsItAtOnce) {
  RunningServer server(echo);
  server->drain(1h);
  server.wait_until_stopped();
}

}  // namespace
}  // namespace trilogue::http
