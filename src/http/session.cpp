#include "http/session.h"

#include <exception>
#include <utility>
#include <variant>

#include "http/reply_head.h"
#include "http/session_exchange.h"

namespace trilogue::http {
namespace asio = boost::asio;

namespace {

using Ending = SessionExchange::Ending;
using std::chrono::steady_clock;

// Why no further request comes: a refusal to send, or nobody to send one to.
struct Silence {};
using NoRequest = std::variant<Silence, Refusal>;
using Incoming = tl::expected<RequestHead, NoRequest>;

Incoming silence() {
  return tl::unexpected<NoRequest>(Silence{});
}

asio::awaitable<bool> first_byte(Connection& connection, const Service& service) {
  if (!connection.input().empty()) co_return true;
  if (service.draining) co_return false;
  connection.set_idle(true);
  const auto deadline = steady_clock::now() + service.options.idle_timeout;
  const bool arrived = co_await connection.fill(deadline);
  connection.set_idle(false);
  co_return arrived;
}

asio::awaitable<Incoming> read_head(Connection& connection, const Service& service) {
  if (!co_await first_byte(connection, service)) co_return silence();
  const auto limits = service.head_limits();
  const auto deadline = steady_clock::now() + service.options.header_timeout;
  HeadScanner scanner(limits);
  for (;;) {
    const auto bytes = connection.input().view();
    const auto found = scanner.find(bytes);
    if (!found) co_return tl::unexpected<NoRequest>(found.error());
    if (found->has_value()) {
      auto request = parse_head(bytes.substr((*found)->begin, (*found)->end - (*found)->begin), limits);
      connection.input().consume((*found)->end);
      if (!request) co_return tl::unexpected<NoRequest>(request.error());
      request->head.peer = connection.peer();
      request->head.tls = connection.is_tls();
      co_return std::move(*request);
    }
    if (co_await connection.fill(deadline)) continue;
    if (!connection.expired()) co_return silence();
    co_return tl::unexpected<NoRequest>(Refusal{408, "the head of the request took too long"});
  }
}

asio::awaitable<Ending> refuse(Connection& connection, const Service& service, Refusal refusal) {
  const auto reply = service.options.refusals(refusal.status, refusal.reason);
  std::string head;
  append_reply_head(head, reply, {ReplyFraming::content_length, reply.body.size(), 1, false}, service.date);
  const Connection::Pieces pieces{asio::buffer(std::as_const(head)), asio::buffer(reply.body)};
  const bool written = co_await connection.write(pieces);
  co_return written ? Ending::linger : Ending::cut;
}

asio::awaitable<void> call_handler(SessionExchange& exchange, const Service& service) {
  try {
    co_await service.handler(exchange);
  } catch (const std::exception& error) {
    service.log.write(base::LogLevel::error, "a request failed by a bug",
                      {{"path", exchange.head().path}, {"what", error.what()}});
    exchange.must_close();
  }
}

asio::awaitable<Ending> serve_request(Connection& connection, const Service& service) {
  auto incoming = co_await read_head(connection, service);
  if (!incoming) {
    const auto* const refusal = std::get_if<Refusal>(&incoming.error());
    if (refusal == nullptr) co_return Ending::close;
    co_return co_await refuse(connection, service, *refusal);
  }
  SessionExchange exchange(connection, std::move(*incoming), service);
  co_await call_handler(exchange, service);
  co_return co_await exchange.finish();
}

asio::awaitable<void> serve_requests(Connection& connection, const Service& service) {
  const auto handshake_deadline = steady_clock::now() + service.options.handshake_timeout;
  if (!co_await connection.handshake(handshake_deadline)) co_return;
  auto ending = Ending::keep_alive;
  while (ending == Ending::keep_alive) ending = co_await serve_request(connection, service);
  if (ending == Ending::cut) co_return;
  const auto deadline = steady_clock::now() + service.options.linger_timeout;
  co_await connection.finish(deadline, ending == Ending::linger ? service.options.max_body_bytes : 0);
}

}  // namespace

asio::awaitable<void> serve_connection(std::shared_ptr<Connection> connection, Service service) {
  try {
    co_await serve_requests(*connection, service);
  } catch (const std::exception& error) {
    service.log.write(base::LogLevel::error, "a connection failed by a bug", {{"what", error.what()}});
  }
  connection->cut();
}

}  // namespace trilogue::http
