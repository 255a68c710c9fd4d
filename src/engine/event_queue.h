// Carries events from the thread that makes them to the coroutine that writes them out. Bounded in bytes: a
// producer that finds no room pauses that one generation. Shared by both sides; the reader's side calls
// abandon() when it goes, after which the producer's events are thrown away.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "canon/event.h"
#include "http/home.h"

namespace trilogue::engine {

class EventQueue final : public std::enable_shared_from_this<EventQueue> {
 public:
  // `on_room` is called on the reader's executor when a full queue was emptied, and when it was abandoned.
  EventQueue(boost::asio::any_io_executor reader, int choices, std::size_t capacity_bytes,
             std::function<void()> on_room);

  // ---- the producer, any one thread at a time ----
  void push(std::vector<canon::Event> events);
  bool has_room() const;
  bool abandoned() const;

  // ---- the reader, on its executor ----
  boost::asio::awaitable<std::vector<canon::Event>> next(base::SteadyTime until);
  void stop();
  void abandon();

 private:
  std::vector<canon::Event> take();
  bool over() const { return stopped_ || (events_.empty() && running_ == 0); }

  mutable std::mutex mutex_;
  std::vector<canon::Event> events_;
  std::size_t bytes_ = 0;
  const std::size_t capacity_;
  int running_;  // choices without their last event
  bool waiting_ = false;
  bool stopped_ = false;
  bool abandoned_ = false;
  std::function<void()> on_room_;
  http::Home home_;
  std::optional<boost::asio::steady_timer> timer_;  // touched on the reader's executor only
};

}  // namespace trilogue::engine
