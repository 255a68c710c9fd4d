#include "serve/span_export.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <iterator>
#include <optional>
#include <utility>

namespace trilogue::serve {
namespace asio = boost::asio;

using base::Result;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kMostWaiting = 4096;  // requests
constexpr std::size_t kMostTogether = 256;
constexpr std::chrono::milliseconds kGather{500};  // from the first of a batch on
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::seconds kLastPatience{1};
constexpr std::chrono::milliseconds kFirstPause{500};
constexpr std::chrono::seconds kLongestPause{30};
constexpr std::chrono::minutes kBetweenComplaints{1};

asio::awaitable<Result<int>> post(http::Url url, http::ClientRequest request, base::SteadyTime until) {
  auto fetching = http::fetch(std::move(url), std::move(request), until);
  auto response = co_await std::move(fetching);
  if (!response) co_return base::fail(std::move(response.error()));
  co_return (*response)->status();
}

asio::awaitable<void> post_into(http::Url url, http::ClientRequest request, base::SteadyTime until,
                                Result<int>& into) {
  auto posting = post(std::move(url), std::move(request), until);
  into = co_await std::move(posting);
}

// The statuses after which OTLP wants the same message again.
bool may_be_tried_again(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

SpanExport::SpanExport(Collector collector, std::string version, base::Random& random, const base::Log& log)
    : collector_(std::move(collector)),
      version_(std::move(version)),
      random_(random),
      log_(log),
      thread_([this](const std::stop_token& done) { run(done); }) {}

SpanExport::~SpanExport() {
  thread_.request_stop();
  {
    const std::lock_guard lock(mutex_);
    if (sending_ != nullptr) sending_->stop();
  }
  added_.notify_all();
}

void SpanExport::add(RequestSpan request) {
  if (!request.trace.sampled) return;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMostWaiting) {
      dropped_.add();
      return;
    }
    queue_.push_back(std::move(request));
    if (queue_.size() > 1 && queue_.size() != kMostTogether) return;  // it is awake already
  }
  added_.notify_one();
}

void SpanExport::run(const std::stop_token& done) {
  while (!done.stop_requested()) {
    const auto batch = next_batch(done);
    if (!batch.empty()) send_until_taken(batch, done);
  }
  bool taken = true;
  for (auto rest = next_batch(done); !rest.empty(); rest = next_batch(done)) {
    if (taken) taken = send_until_taken(rest, done);
    if (!taken) dropped_.add(rest.size());
  }
}

std::vector<RequestSpan> SpanExport::next_batch(const std::stop_token& done) {
  std::unique_lock lock(mutex_);
  added_.wait(lock, done, [this] { return !queue_.empty(); });
  added_.wait_for(lock, done, kGather, [this] { return queue_.size() >= kMostTogether; });
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMostTogether));
  std::vector<RequestSpan> batch(std::make_move_iterator(queue_.begin()),
                                 std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return batch;
}

bool SpanExport::send_until_taken(const std::vector<RequestSpan>& batch, const std::stop_token& done) {
  std::string spans;
  for (const auto& request : batch) append_spans(spans, request, random_);
  const std::string message = export_message(collector_.service_name, version_, spans);
  std::chrono::milliseconds pause = kFirstPause;
  for (;;) {
    const bool last = done.stop_requested();
    const Sent sent = send(message, last ? kLastPatience : kPatience);
    if (sent == Sent::taken) {
      exported_.add(batch.size());
      return true;
    }
    if (last) return false;
    if (sent == Sent::refused) {
      dropped_.add(batch.size());
      return true;
    }
    std::unique_lock lock(mutex_);
    added_.wait_for(lock, done, pause, [] { return false; });
    pause = std::min<std::chrono::milliseconds>(pause * 2, kLongestPause);
  }
}

SpanExport::Sent SpanExport::send(const std::string& message, std::chrono::milliseconds patience) {
  Result<int> status = base::fail(base::FailureKind::unavailable, "the server is stopping");
  asio::io_context io;
  http::ClientRequest request{"POST", "", collector_.headers, message};
  request.headers.push_back({"Content-Type", "application/json"});
  const auto until = Clock::now() + patience;
  asio::co_spawn(io, post_into(collector_.url, std::move(request), until, status), asio::detached);
  {
    const std::lock_guard lock(mutex_);
    sending_ = &io;
  }
  io.run();
  {
    const std::lock_guard lock(mutex_);
    sending_ = nullptr;
  }
  if (status && *status >= 200 && *status < 300) return Sent::taken;
  complain(status ? "it answered " + std::to_string(*status) : status.error().message);
  return status && !may_be_tried_again(*status) ? Sent::refused : Sent::not_now;
}

// Not more than once a minute.
void SpanExport::complain(const std::string& reason) {
  const auto now = Clock::now();
  if (complained_ != base::SteadyTime{} && now < complained_ + kBetweenComplaints) return;
  complained_ = now;
  log_.write(base::LogLevel::warning, "the collector of traces does not take them",
             {{"reason", reason}, {"dropped", std::to_string(dropped_.value())}});
}

}  // namespace trilogue::serve
