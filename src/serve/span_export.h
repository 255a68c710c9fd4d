// Sends the traces of requests to a collector, OTLP over HTTP with JSON, on a thread of its own. A request
// never waits for it: what finds the queue full is dropped and counted, and a collector that is away is tried
// again. Built by app where the operator names a collector; any thread may add.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "http/client.h"
#include "serve/span.h"

namespace trilogue::serve {

struct Collector {
  http::Url url;  // with the whole path
  std::vector<http::Header> headers;
  std::string service_name = "trilogue";
};

class SpanExport final {
 public:
  // `random` and `log` outlive this.
  SpanExport(Collector collector, std::string version, base::Random& random, const base::Log& log);
  // Tries once more, for a second, to send what is there.
  ~SpanExport();
  SpanExport(const SpanExport&) = delete;
  SpanExport& operator=(const SpanExport&) = delete;

  // A request that nobody wants to see is left out.
  void add(RequestSpan request);

  // Requests, not their parts.
  std::uint64_t exported() const { return exported_.value(); }
  std::uint64_t dropped() const { return dropped_.value(); }

 private:
  enum class Sent { taken, refused, not_now };
  void run(const std::stop_token& done);
  std::vector<RequestSpan> next_batch(const std::stop_token& done);
  // False when it could not be sent on the way out; then it is not counted.
  bool send_until_taken(const std::vector<RequestSpan>& batch, const std::stop_token& done);
  Sent send(const std::string& message, std::chrono::milliseconds patience);
  void complain(const std::string& reason);

  const Collector collector_;
  const std::string version_;
  base::Random& random_;
  const base::Log& log_;
  std::mutex mutex_;
  std::condition_variable_any added_;
  std::deque<RequestSpan> queue_;
  boost::asio::io_context* sending_ = nullptr;  // under the lock
  base::Counter exported_, dropped_;
  base::SteadyTime complained_{};
  std::jthread thread_;
};

}  // namespace trilogue::serve
