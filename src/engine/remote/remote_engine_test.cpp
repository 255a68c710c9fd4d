#include "engine/remote/remote_engine.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <string>
#include <utility>

#include "http/loopback_testing.h"

namespace trilogue::engine::remote {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> refuse_and_note(http::Exchange& exchange, std::string& seen) {
  seen = std::string(exchange.head().header("traceparent")) + ";" +
         std::string(exchange.head().header("tracestate"));
  http::Reply reply;
  reply.status = 503;
  reply.headers.add("Retry-After", "9");
  co_await exchange.reply(std::move(reply));
}

// The failure of a request to a server that refuses it, and what it was told: `traceparent;tracestate`.
std::pair<base::Failure, std::string> refused(const std::string& traceparent, const std::string& tracestate) {
  std::string seen = "nothing was asked";
  const http::testing::RunningServer server(
      [&seen](http::Exchange& exchange) { return refuse_and_note(exchange, seen); });
  RemoteEngine engine({{false, "127.0.0.1", std::to_string(server.port()), ""}, base::Secret(), 0});
  canon::Request request;
  request.traceparent = traceparent;
  request.tracestate = tracestate;
  asio::io_context io;
  auto future = asio::co_spawn(io, engine.start(std::move(request), {}), asio::use_future);
  io.run();
  const auto answer = future.get();
  EXPECT_FALSE(answer);
  return {answer ? base::Failure() : answer.error(), seen};
}

std::string trace_sent(const std::string& traceparent, const std::string& tracestate) {
  return refused(traceparent, tracestate).second;
}

TEST(RemoteEngine, PassesTheTraceOn) {
  const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_EQ(trace_sent(trace, "a=1,b=2"), trace + ";a=1,b=2");
  EXPECT_EQ(trace_sent(trace, ""), trace + ";");
  EXPECT_EQ(trace_sent("", ""), ";");
}

TEST(RemoteEngine, HandsOnWhenToComeAgain) {
  const base::Failure failure = refused("", "").first;
  EXPECT_EQ(failure.kind, base::FailureKind::unavailable);
  EXPECT_EQ(failure.retry_after, std::chrono::seconds(9));
}

}  // namespace
}  // namespace trilogue::engine::remote
