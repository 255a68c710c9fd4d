#include "admission/limits_office.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <unordered_map>
#include <utility>

namespace trilogue::admission {
namespace asio = boost::asio;
using base::LogLevel;
using base::Result;
using redis::Decision;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds kTick{250};
constexpr int kTicksOfARenewal = 12;  // 3 s; a lease holds for 15

}  // namespace

base::Failure cannot_be_checked() {
  return {base::FailureKind::unavailable,
          "The limits of this key cannot be checked: their store does not answer",
          {},
          std::chrono::seconds(1)};
}

LimitsOffice::LimitsOffice(redis::Address address, std::string server, const base::Log& log,
                           std::string_view clock)
    : server_(std::move(server)),
      log_(log),
      rules_(clock),
      work_(loop_.get_executor()),
      tick_(loop_),
      link_(loop_, std::move(address),
            {[this] { on_up(); }, [this](const std::string& why) { on_away(why); }}) {}

void LimitsOffice::start() {
  link_.start();
  wait_for_tick();
  thread_ = std::thread([this] { run(); });
}

// A bug that escapes from a callback is logged, and the loop goes on.
void LimitsOffice::run() {
  for (;;) {
    try {
      loop_.run();
      return;
    } catch (const std::exception& error) {
      log_.write(LogLevel::error, "an answer of the limits' store failed by a bug", {{"what", error.what()}});
    }
  }
}

// ---- asking ----

// A store that was emptied of scripts is given them again.
void LimitsOffice::call(redis::Words words, Answer answer) {
  auto again = [this, words, answer = std::move(answer)](Result<wire::RespValue> said) mutable {
    if (!said && said.error().path == "NOSCRIPT") {
      link_.ask(rules_.in_full(std::move(words)), std::move(answer));
      return;
    }
    answer(std::move(said));
  };
  link_.ask(std::move(words), std::move(again));
}

void LimitsOffice::decide_within(int tries, Ask ask, Decided decided) {
  redis::Words words = ask(lease_);
  auto take = [this, ask = std::move(ask), decided = std::move(decided), lease = lease_,
               tries](const Result<wire::RespValue>& said) {
    if (!said) complain(said.error());
    auto decision = said ? redis::read_decision(*said) : Result<Decision>(base::fail(cannot_be_checked()));
    const bool gone = decision && decision->verdict == redis::Verdict::lease_is_gone;
    if (!gone || tries == 1 || closing_) {
      decided(gone || !decision ? Result<Decision>(base::fail(cannot_be_checked())) : std::move(decision));
      return;
    }
    // The lease may have been renewed since this was asked.
    if (lease == lease_) enter();
    decide_within(tries - 1, ask, decided);
  };
  call(std::move(words), std::move(take));
}

// Not of each of a thousand failures.
void LimitsOffice::complain(const base::Failure& failure) {
  if (failure.path.empty()) return;  // a connection that broke is told of as such
  const auto now = steady_clock::now();
  if (now - complained_ < std::chrono::seconds(10)) return;
  complained_ = now;
  log_.write(LogLevel::warning, "the store of the limits answers with an error",
             {{"error", failure.message}});
}

// ---- the lease, and what is held by it ----

void LimitsOffice::on_up() {
  log_.write(LogLevel::info, "the store of the limits is there");
  for (auto& words : rules_.introduction()) link_.ask(std::move(words), [](const auto&) {});
  enter();
  tell();
}

void LimitsOffice::on_away(const std::string& why) {
  log_.write(LogLevel::warning, "the store of the limits is away: requests with limits are refused",
             {{"reason", why}});
}

// Each connection has a lease of its own: what an older one may still bring counts for nothing any more.
void LimitsOffice::enter() {
  std::unordered_map<std::string, std::int64_t> held;
  for (const auto& place : running_) {
    for (const auto& places : redis::places_of(place->counted())) ++held[places];
  }
  std::vector<redis::Taken> taken;
  taken.reserve(held.size());
  for (const auto& [places, count] : held) taken.push_back({places, count});
  const std::string old = std::exchange(lease_, server_ + "." + std::to_string(++leases_));
  ticks_ = 0;
  link_.ask(rules_.enter(lease_, old, taken), [this](const Result<wire::RespValue>& said) {
    if (!said) complain(said.error());
  });
}

void LimitsOffice::renew() {
  if (lease_.empty()) return;
  link_.ask(redis::Rules::renew(lease_), [this, lease = lease_](const Result<wire::RespValue>& said) {
    const auto* const held = said ? std::get_if<std::int64_t>(&said->what) : nullptr;
    if (held != nullptr && *held == 0 && lease == lease_) enter();
  });
}

void LimitsOffice::give_back(const std::shared_ptr<SharedPlace>& place) {
  if (running_.erase(place) == 0) return;
  notebook_.add(place->counted(), place->take_written(), steady_clock::now());
  tell();
  if (redis::places_of(place->counted()).empty()) return;
  call(rules_.end(lease_, place->counted()), [this](const Result<wire::RespValue>& said) {
    if (!said) complain(said.error());
  });
}

// ---- notes ----

void LimitsOffice::wait_for_tick() {
  tick_.expires_after(kTick);
  tick_.async_wait([this](const boost::system::error_code& error) {
    if (error || closing_) return;  // it may have rung already when it was cancelled
    gather();
    tell();
    if (++ticks_ % kTicksOfARenewal == 0) renew();
    wait_for_tick();
  });
}

void LimitsOffice::gather() {
  const auto now = steady_clock::now();
  for (const auto& place : running_) notebook_.add(place->counted(), place->take_written(), now);
}

void LimitsOffice::tell() {
  auto letter = notebook_.open_letter(steady_clock::now());
  if (!letter) return;
  auto words = rules_.note(server_, letter->number, letter->notes);
  call(std::move(words), [this, told = std::move(letter->notes)](const Result<wire::RespValue>& said) {
    notebook_.close_letter(said.has_value());
    if (!said) {
      complain(said.error());
      return;
    }
    if (const auto uses = redis::read_uses(*said)) show(told, *uses);
    tell();
  });
}

// A reply that is still to come tells of the minute as it is then.
void LimitsOffice::show(const std::vector<redis::Note>& told, const std::vector<redis::Use>& uses) {
  const auto now = steady_clock::now();
  std::unordered_map<std::string_view, const redis::Use*> by_key;
  for (std::size_t i = 0; i < std::min(told.size(), uses.size()); ++i)
    by_key[told[i].counted.key_id] = &uses[i];
  for (const auto& place : running_) {
    const auto found = by_key.find(place->counted().key_id);
    if (found != by_key.end()) place->rates().set(place->counted(), *found->second, now);
  }
}

// ---- the end ----

void LimitsOffice::say_goodbye() {
  if (std::exchange(closing_, true)) return;
  tick_.cancel();
  gather();
  tell();
  const auto leave = [this](const auto&) {
    link_.close();
    work_.reset();
  };
  link_.ask(redis::Rules::leave(lease_), leave);
}

void LimitsOffice::close() {
  if (!thread_.joinable()) return;
  asio::post(loop_, [this] { say_goodbye(); });
  thread_.join();
  closed_.store(true, std::memory_order_release);
  running_.clear();
}

}  // namespace trilogue::admission
