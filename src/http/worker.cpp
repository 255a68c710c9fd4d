#include "http/worker.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <ctime>
#include <exception>
#include <utility>

#include "http/session.h"

namespace trilogue::http {
namespace asio = boost::asio;

namespace {

// RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". The C locale is never changed here.
std::string http_date() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

}  // namespace

// A connection's place in the list, for as long as its coroutine lives.
class Worker::Membership final {
 public:
  Membership(Worker& worker, Connection* connection) : worker_(worker), connection_(connection) {
    worker_.connections_.push_back(connection);
  }
  ~Membership() {
    auto& all = worker_.connections_;
    std::swap(*std::ranges::find(all, connection_), all.back());
    all.pop_back();
    worker_.on_end_();
  }
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

 private:
  Worker& worker_;
  Connection* connection_;
};

Worker::Worker(std::chrono::milliseconds tick, std::function<void()> on_end)
    : date_(http_date()),
      tick_(tick),
      on_end_(std::move(on_end)),
      work_(context_.get_executor()),
      timer_(context_) {
  sweep();
}

// Connection and coroutine own each other while the one waits for the other's input.
Worker::~Worker() {
  const auto all = connections_;
  for (auto* const connection : all) connection->abandon();
}

void Worker::start(std::shared_ptr<Connection> connection, const Service& service) {
  asio::co_spawn(context_, live(std::move(connection), service), asio::detached);
}

asio::awaitable<void> Worker::live(std::shared_ptr<Connection> connection, Service service) {
  const Membership membership(*this, connection.get());
  co_await serve_connection(std::move(connection), service);
}

void Worker::run(const base::Log& log) {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& error) {
      log.write(base::LogLevel::error, "an I/O callback failed by a bug", {{"what", error.what()}});
    }
  }
}

void Worker::sweep() {
  const auto now = std::chrono::steady_clock::now();
  for (auto* const connection : connections_) connection->expire(now);
  date_ = http_date();
  timer_.expires_after(tick_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) sweep();
  });
}

void Worker::close_idle() {
  for (auto* const connection : connections_) {
    if (connection->idle()) connection->cut();
  }
}

void Worker::cut_all() {
  const auto all = connections_;  // a callback may end a connection
  for (auto* const connection : all) connection->cut();
}

}  // namespace trilogue::http
