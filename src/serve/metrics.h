// What /metrics tells: requests, tokens and times since the start, and what the engines do now. Any thread.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "base/metrics.h"
#include "canon/event.h"
#include "serve/call.h"

namespace trilogue::serve {

struct Services;

class Metrics final {
 public:
  // A request has been answered.
  void count(const Call& call, std::chrono::steady_clock::duration took);
  // An answer has been settled; `first_token` is 0 when none was written.
  void count(Api api, const canon::Usage& usage, std::chrono::steady_clock::duration first_token);

  // In the text format of Prometheus, 0.0.4, without what the engines do.
  void write(std::string& out) const;

 private:
  static constexpr std::size_t kApis = 4;
  static constexpr std::size_t kOutcomes = base::kFailureKinds + 2;  // `ok`, and any other word
  static std::size_t index_of(std::string_view outcome);
  static std::string_view word_of(std::size_t outcome);

  std::array<std::array<base::Counter, kOutcomes>, kApis> requests_;
  std::array<base::Histogram, kApis> durations_;
  std::array<base::Histogram, kApis> first_tokens_;
  base::Counter prompt_, cached_, output_, reasoning_;
};

boost::asio::awaitable<void> show_metrics(Services& services, Call& call);

}  // namespace trilogue::serve
