#include "engine/event_queue.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>
#include <utility>

namespace trilogue::engine {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kEventOverhead = sizeof(canon::Event);

std::size_t weight(const canon::TokenLogprob& token) {
  std::size_t bytes = sizeof token + token.bytes.size();
  for (const auto& other : token.top) bytes += sizeof other + other.first.size();
  return bytes;
}

std::size_t weight(const canon::Event& event) {
  std::size_t bytes = kEventOverhead;
  if (const auto* delta = std::get_if<canon::Delta>(&event.what)) {
    bytes += delta->text.size();
    for (const auto& token : delta->logprobs) bytes += weight(token);
  }
  return bytes;
}

bool is_last(const canon::Event& event) {
  return std::holds_alternative<canon::Finished>(event.what) ||
         std::holds_alternative<canon::Failed>(event.what);
}

}  // namespace

EventQueue::EventQueue(asio::any_io_executor reader, int choices, std::size_t capacity_bytes,
                       std::function<void()> on_room)
    : capacity_(capacity_bytes),
      running_(choices),
      on_room_(std::move(on_room)),
      home_(reader),
      timer_(std::move(reader)) {}

void EventQueue::push(std::vector<canon::Event> events) {
  if (events.empty()) return;
  const std::scoped_lock lock(mutex_);
  if (abandoned_) return;
  for (const auto& event : events) {
    bytes_ += weight(event);
    running_ -= is_last(event) ? 1 : 0;
  }
  if (events_.empty()) {
    events_ = std::move(events);
  } else {
    std::move(events.begin(), events.end(), std::back_inserter(events_));
  }
  if (!std::exchange(waiting_, false)) return;
  // The timer belongs to the reader's executor; the queue may die before this runs.
  home_.post([self = weak_from_this()] {
    if (const auto queue = self.lock(); queue && queue->timer_) queue->timer_->cancel();
  });
}

bool EventQueue::has_room() const {
  const std::scoped_lock lock(mutex_);
  return bytes_ < capacity_;
}

bool EventQueue::abandoned() const {
  const std::scoped_lock lock(mutex_);
  return abandoned_;
}

std::vector<canon::Event> EventQueue::take() {
  bytes_ = 0;
  return std::exchange(events_, {});
}

asio::awaitable<std::vector<canon::Event>> EventQueue::next(base::SteadyTime until) {
  constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (!events_.empty() && !stopped_) {
        const bool was_full = bytes_ >= capacity_;
        auto events = take();
        lock.unlock();
        if (was_full && on_room_) on_room_();
        co_return events;
      }
      if (over() || std::chrono::steady_clock::now() >= until) co_return std::vector<canon::Event>{};
      waiting_ = true;
    }
    timer_->expires_at(until);
    co_await timer_->async_wait(quietly);
    const std::scoped_lock lock(mutex_);
    waiting_ = false;
  }
}

void EventQueue::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    waiting_ = false;
  }
  if (timer_) timer_->cancel();
}

void EventQueue::abandon() {
  {
    const std::scoped_lock lock(mutex_);
    abandoned_ = true;
    stopped_ = true;
    events_.clear();
    bytes_ = 0;
  }
  timer_.reset();
  if (on_room_) on_room_();
}

}  // namespace trilogue::engine
