#include "serve/recording.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace trilogue::serve {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kFirstBytes = 6 * 1024;
constexpr std::size_t kFirstFrames = 16;

}  // namespace

void Recording::append(std::string_view frames, const std::vector<std::size_t>& ends, std::size_t before) {
  if (ends.empty()) return;
  const std::lock_guard lock(mutex_);
  if (ends_.empty()) {  // most responses are short
    bytes_.reserve(kFirstBytes);
    ends_.reserve(kFirstFrames);
  }
  const std::size_t held = bytes_.size();
  bytes_ += frames;
  for (const std::size_t end : ends) ends_.push_back(held + end - before);
  wake();
}

void Recording::beat() {
  const std::lock_guard lock(mutex_);
  ++beats_;
  wake();
}

void Recording::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  wake();
}

// A waiting reader is woken on its own strand, where it cannot be just about to wait.
void Recording::wake() {
  for (const auto& waiting : std::exchange(waiting_, {})) {
    const auto timer = waiting.lock();
    if (timer) asio::post(timer->get_executor(), [timer] { timer->cancel(); });
  }
}

int Recording::count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(ends_.size());
}

bool Recording::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

store::Frames Recording::read(int from, std::size_t max_bytes) const {
  const std::lock_guard lock(mutex_);
  const auto first = std::min(static_cast<std::size_t>(from), ends_.size());
  const std::size_t begin = first == 0 ? 0 : ends_[first - 1];
  std::size_t last = first;
  while (last < ends_.size() && (last == first || ends_[last] - begin <= max_bytes)) ++last;
  const std::size_t end = last == first ? begin : ends_[last - 1];
  return {from, static_cast<int>(last - first), bytes_.substr(begin, end - begin)};
}

RecordingReader::RecordingReader(std::shared_ptr<Recording> recording, http::Exchange& client)
    : recording_(std::move(recording)) {
  client.on_disconnect([watch = watch_] {
    watch->gone = true;
    if (watch->timer) watch->timer->cancel();
  });
}

asio::awaitable<store::Frames> RecordingReader::next(int from) {
  watch_->timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
  while (!client_gone()) {
    {
      const std::lock_guard lock(recording_->mutex_);
      const bool more = static_cast<std::size_t>(from) < recording_->ends_.size();
      const bool beaten = std::exchange(beats_, recording_->beats_) != recording_->beats_;
      if (more || beaten || recording_->ended_) break;
      recording_->waiting_.push_back(watch_->timer);
    }
    watch_->timer->expires_at(
        asio::steady_timer::time_point::max());  // the writer's heartbeat wakes it at least
    boost::system::error_code cancelled;
    auto quietly = asio::redirect_error(asio::use_awaitable, cancelled);
    co_await watch_->timer->async_wait(quietly);
  }
  if (client_gone()) co_return store::Frames{from, 0, {}};
  co_return recording_->read(from, kReadBytes);
}

}  // namespace trilogue::serve
