// The thread that speaks with the store of the shared limits: the lease by which this server holds its
// places, what runs by it, and the letters about what was written. Owned by SharedLimits. Unless said
// otherwise, its functions are called on its own loop only.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <vector>

#include "admission/redis/link.h"
#include "admission/redis/notebook.h"
#include "admission/redis/rules.h"
#include "admission/shared_place.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"

namespace trilogue::admission {

// The store is away, or lost its mind.
base::Failure cannot_be_checked();

class LimitsOffice final {
 public:
  LimitsOffice(redis::Address address, std::string server, const base::Log& log, std::string_view clock);
  LimitsOffice(const LimitsOffice&) = delete;
  LimitsOffice& operator=(const LimitsOffice&) = delete;

  // Any thread.
  boost::asio::io_context& loop() { return loop_; }
  const redis::Rules& rules() const { return rules_; }
  bool closed() const { return closed_.load(std::memory_order_acquire); }

  // From the owner's thread. close() returns when everybody has been answered.
  void start();
  void close();

  // Takes a decision of the store, asked for with a lease that it knows.
  using Ask = std::function<redis::Words(const std::string& lease)>;
  using Decided = std::function<void(base::Result<redis::Decision>)>;
  void decide(Ask ask, Decided decided) { decide_within(kTries, std::move(ask), std::move(decided)); }

  // What runs, from its beginning to its end.
  void take_in(std::shared_ptr<SharedPlace> place) { running_.insert(std::move(place)); }
  void give_back(const std::shared_ptr<SharedPlace>& place);

 private:
  using Answer = redis::Link::Answer;
  static constexpr int kTries = 3;  // to find a lease that the store knows

  void run();
  void decide_within(int tries, Ask ask, Decided decided);
  void call(redis::Words words, Answer answer);
  void complain(const base::Failure& failure);
  void on_up();
  void on_away(const std::string& why);
  void enter();
  void renew();
  void wait_for_tick();
  void gather();
  void tell();
  void show(const std::vector<redis::Note>& told, const std::vector<redis::Use>& uses);
  void say_goodbye();

  const std::string server_;
  const base::Log& log_;
  const redis::Rules rules_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer tick_;
  redis::Link link_;
  std::string lease_;  // "": none yet
  int leases_ = 0;
  int ticks_ = 0;
  bool closing_ = false;
  base::SteadyTime complained_{};
  std::unordered_set<std::shared_ptr<SharedPlace>> running_;
  redis::Notebook notebook_;
  std::atomic<bool> closed_ = false;
  std::thread thread_;
};

}  // namespace trilogue::admission
