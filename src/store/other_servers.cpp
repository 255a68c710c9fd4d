#include "store/other_servers.h"

#include <chrono>
#include <future>
#include <utility>

#include "store/postgres.h"
#include "store/postgres_connection.h"

namespace trilogue::store {

using base::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kTick{100};
constexpr int kTicksPerLook = 10;        // whether it is still there, and what others have used
constexpr milliseconds kPatience{2000};  // with an answer
constexpr milliseconds kPause{250};      // before the next attempt to come back

template <class T, class Ask>
Result<T> wait_for(Ask ask) {
  auto answered = std::make_shared<std::promise<Result<T>>>();
  auto answer = answered->get_future();
  ask([answered](Result<T> given) { answered->set_value(std::move(given)); });
  return answer.get();
}

}  // namespace

OtherServers::OtherServers(const base::Secret& shared, std::string server, Keys& keys, Usage& usage)
    : shared_(shared), server_(std::move(server)), keys_(keys), usage_(usage) {}

OtherServers::~OtherServers() = default;

Result<std::unique_ptr<OtherServers>> OtherServers::open(const base::Secret& shared, std::string server,
                                                         Keys& keys, Usage& usage) {
  std::unique_ptr<OtherServers> made(new OtherServers(shared, std::move(server), keys, usage));
  if (auto listens = made->listen(); !listens) return base::fail(std::move(listens.error()));
  return made;
}

Result<void> OtherServers::listen() {
  auto opened = PostgresConnection::open(shared_, kPatience);
  if (!opened) return base::fail(std::move(opened.error()));
  if (auto done = (*opened)->run(std::string("LISTEN ") + kPostgresChannel); !done) return done;
  connection_ = std::move(*opened);
  return {};
}

void OtherServers::tell(News news, std::int64_t newest) {
  news_ = std::move(news);
  newest_ = newest;
  thread_ = std::jthread([this](const std::stop_token& leaving) { loop(leaving); });
}

void OtherServers::loop(const std::stop_token& leaving) {
  bool in_touch = true;
  while (!leaving.stop_requested()) {
    auto done = in_touch ? follow() : come_back();
    if (done && !in_touch) news_.touch(std::nullopt);
    if (!done && in_touch) news_.touch(done.error());
    in_touch = done.has_value();
    if (!in_touch) std::this_thread::sleep_for(kPause);
  }
}

// One look at what is new; waits a moment where nothing is.
Result<void> OtherServers::follow() {
  auto ids = connection_->notifications(kTick);
  if (!ids) return base::fail(std::move(ids.error()));
  if (!ids->empty()) return tell_keys(*ids);
  if (++ticks_ % kTicksPerLook != 0) return {};
  if (auto there = connection_->run("SELECT 1"); !there) return there;
  return tell_used();
}

// It listens before it reads, so nothing is missed in between.
Result<void> OtherServers::come_back() {
  connection_.reset();
  if (auto listens = listen(); !listens) return listens;
  if (auto told = tell_keys({}); !told) return told;
  return tell_used();
}

// No ids: all keys and accounts.
Result<void> OtherServers::tell_keys(const std::vector<std::string>& ids) {
  return wait_for<void>([&](const auto& done) {
    auto tell = [this, done](Result<KeysAndAccounts> found) {
      if (!found) return done(base::fail(std::move(found.error())));
      news_.keys(std::move(*found));
      done({});
    };
    ids.empty() ? keys_.all(std::move(tell)) : keys_.some(ids, std::move(tell));
  });
}

Result<void> OtherServers::tell_used() {
  auto used =
      wait_for<Lifetimes>([&](auto answer) { usage_.used_since(newest_, server_, std::move(answer)); });
  if (!used) return base::fail(std::move(used.error()));
  newest_ = used->newest;
  if (!used->rows.empty()) news_.used(used->rows);
  return {};
}

}  // namespace trilogue::store
