// This project's http room doing what http_baseline does: parse the JSON, answer constant bytes. Paths:
// /stream sends EVENTS events, ready at once, as one write; /idle opens a stream and leaves it silent.
//   http_constant PORT [EVENTS]
#include <simdjson.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/server.h"

namespace {

namespace asio = boost::asio;
using namespace trilogue;

constexpr int kBodyBytes = 1024;

http::Reply event_stream() {
  http::Reply head{200, "text/event-stream; charset=utf-8", {}, ""};
  head.headers.add("Cache-Control", "no-cache");
  return head;
}

asio::awaitable<void> stream(http::Exchange& exchange, const std::string& events) {
  exchange.on_disconnect([] {});
  auto body = co_await exchange.read_body(std::string::npos);
  auto head = event_stream();
  exchange.open_stream(std::move(head));
  co_await exchange.write(events);
  co_await exchange.close_stream({}, false);
}

asio::awaitable<void> idle(http::Exchange& exchange) {
  auto head = event_stream();
  exchange.open_stream(std::move(head));
  co_await exchange.write({});
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::minutes(10));
  std::function<void()> on_gone = [&timer] { timer.cancel(); };
  exchange.on_disconnect(std::move(on_gone));
  boost::system::error_code cancelled;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<void> constant(http::Exchange& exchange, simdjson::dom::parser& parser) {
  const auto body = co_await exchange.read_body(std::string::npos);
  if (!body) co_return;
  simdjson::dom::element document;
  const bool valid = parser.parse(*body).get(document) == simdjson::SUCCESS;
  http::Reply reply{valid ? 200 : 400, "application/json", {}, std::string(kBodyBytes, 'x')};
  co_await exchange.reply(std::move(reply));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: %s PORT [EVENTS]\n", arguments[0]);
    return 2;
  }
  std::string events;
  for (int i = 0; i < (count > 2 ? std::atoi(arguments[2]) : 64); ++i) {
    events += R"(data: {"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":"token"}}]})";
    events += "\n\n";
  }
  http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(arguments[1]));
  const base::Log log(base::LogLevel::info);
  simdjson::dom::parser parser;
  const http::Handler handler = [&](http::Exchange& exchange) {
    if (exchange.head().path == "/stream") return stream(exchange, events);
    return exchange.head().path == "/idle" ? idle(exchange) : constant(exchange, parser);
  };
  const auto server = http::Server::listen(options, handler, log);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  (*server)->run();
}
