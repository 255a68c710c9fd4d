// One I/O thread: its event loop, the connections that live on it, and the sweep that ends waits whose time
// is up. One timer for all connections instead of one each: a deadline costs a store, not a timer queue.
// Owned by the server; start() may be called from any thread, the rest happens on the worker's own.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/connection.h"
#include "http/service.h"

namespace trilogue::http {

class Worker final {
 public:
  // `on_end` is called on this thread after a connection has ended.
  Worker(std::chrono::milliseconds tick, std::function<void()> on_end);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  boost::asio::io_context& context() { return context_; }
  const std::string& date() const { return date_; }

  void start(std::shared_ptr<Connection> connection, const Service& service);

  // Runs until stop(). A bug that escapes from a callback is logged, and the loop goes on.
  void run(const base::Log& log);
  void stop() { context_.stop(); }

  void close_idle();
  void cut_all();

 private:
  class Membership;

  boost::asio::awaitable<void> live(std::shared_ptr<Connection> connection, Service service);
  void sweep();

  // Before the context, whose end destroys the coroutines that still refer to them.
  std::vector<Connection*> connections_;
  std::string date_;
  const std::chrono::milliseconds tick_;
  const std::function<void()> on_end_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
};

}  // namespace trilogue::http
