#include "admission/redis/link.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace trilogue::admission::redis {
namespace asio = boost::asio;
using base::FailureKind;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds kTick{100};
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{1000};

base::Failure away(std::string why) {
  return {FailureKind::unavailable, std::move(why), {}, std::chrono::seconds(1)};
}

Result<wire::RespValue> as_result(wire::RespValue value) {
  auto* const error = std::get_if<wire::RespError>(&value.what);
  if (error == nullptr) return value;
  base::Failure failure = away(error->message);
  failure.path = error->message.substr(0, error->message.find(' '));
  return base::fail(std::move(failure));
}

// Errors that this connection will go on answering with, while another may find a store that is ready.
bool is_of_the_connection(const Result<wire::RespValue>& answer) {
  constexpr std::string_view kWords[] = {"LOADING", "READONLY", "MASTERDOWN", "NOAUTH"};
  return !answer && std::ranges::find(kWords, answer.error().path) != std::end(kWords);
}

std::vector<Words> greeting(const Address& address) {
  std::vector<Words> all;
  const std::string password(address.password.expose());
  if (!address.user.empty()) {
    all.push_back({"AUTH", address.user, password});
  } else if (!password.empty()) {
    all.push_back({"AUTH", password});
  }
  if (address.database != 0) all.push_back({"SELECT", std::to_string(address.database)});
  all.push_back({"PING"});
  return all;
}

}  // namespace

struct Link::Connection {
  std::shared_ptr<http::ByteStream> stream;
  std::string outgoing;
  bool writing = false;
  std::deque<Question> asked;  // in the order of their answers
  wire::RespReader reader;
  std::string broken_by;  // the first reason

  void break_off(std::string why) {
    if (broken_by.empty()) broken_by = std::move(why);
    stream->close();
  }
};

Link::Link(asio::io_context& loop, Address address, News news)
    : loop_(loop), address_(std::move(address)), news_(std::move(news)), pause_(loop), tick_(loop) {}

Link::~Link() = default;

void Link::start() {
  asio::co_spawn(loop_, run(), asio::detached);
  asio::co_spawn(loop_, watch(), asio::detached);
}

void Link::ask(Words words, Answer answer) {
  Question question{std::move(words), std::move(answer), steady_clock::now() + kTimeLimit};
  switch (state_) {
    case State::up:
      send(connection_, std::move(question));
      return;
    case State::connecting:
      waiting_.push_back(std::move(question));
      return;
    case State::away:
    case State::closed:
      question.answer(base::fail(away("there is no connection")));
  }
}

void Link::close() {
  state_ = State::closed;
  pause_.cancel();
  tick_.cancel();
  if (connection_) connection_->break_off("it was closed");
  refuse_waiting(base::SteadyTime::max());
}

// The first attempt after a break is waited for, so that a store which only restarts is hardly noticed; from
// the first one that fails on, questions are refused at once.
asio::awaitable<void> Link::run() {
  milliseconds pause = kFirstPause;
  while (state_ != State::closed) {
    const auto began = steady_clock::now();
    auto living = live();
    const Ended ended = co_await std::move(living);
    if (state_ == State::closed) break;
    const bool lived = ended.was_up && steady_clock::now() - began > kLongestPause;
    if (lived) {
      pause = kFirstPause;
      continue;
    }
    become_away(ended.why);
    pause_.expires_after(pause);
    co_await pause_.async_wait(kQuietly);
    pause = std::min(pause * 2, kLongestPause);
  }
}

// One connection from its beginning to its end.
asio::awaitable<Link::Ended> Link::live() {
  auto dialling = http::dial(address_.place, steady_clock::now() + kTimeLimit);
  auto dialled = co_await std::move(dialling);
  if (!dialled) co_return Ended{dialled.error().message, false};
  const auto connection = std::make_shared<Connection>();
  connection->stream = std::move(*dialled);
  connection_ = connection;
  greet(connection);
  if (state_ == State::closed) connection->break_off("it was closed");
  for (bool fine = true; fine;) {
    const auto bytes = co_await connection->stream->read_some();
    if (!bytes) connection->break_off("the connection broke: " + bytes.error().message);
    if (bytes && bytes->empty()) connection->break_off("it closed the connection");
    if (bytes) connection->reader.feed(*bytes);
    fine = bytes && !bytes->empty() && take_answers(*connection);
  }
  connection->break_off("it does not speak RESP");
  co_return bury(*connection);
}

// Its questions are answered once nobody could ask it any more.
Link::Ended Link::bury(Connection& connection) {
  connection_.reset();
  const bool was_up = state_ == State::up;
  if (was_up) state_ = State::connecting;
  const auto asked = std::exchange(connection.asked, {});
  for (const auto& question : asked) question.answer(base::fail(away(connection.broken_by)));
  return {connection.broken_by, was_up};
}

void Link::greet(const std::shared_ptr<Connection>& connection) {
  const auto until = steady_clock::now() + kTimeLimit;
  auto words = greeting(address_);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    auto answer = [this, last, weak = std::weak_ptr(connection)](const Result<wire::RespValue>& said) {
      const auto greeted = weak.lock();
      if (!said && greeted) greeted->break_off(said.error().message);
      if (said && last && greeted && greeted->broken_by.empty()) become_up();
    };
    send(connection, {std::move(words[i]), std::move(answer), until});
  }
}

void Link::send(const std::shared_ptr<Connection>& connection, Question question) {
  wire::append_resp_command(connection->outgoing, question.words);
  question.words.clear();
  connection->asked.push_back(std::move(question));
  if (!std::exchange(connection->writing, true)) asio::co_spawn(loop_, write_out(connection), asio::detached);
}

// What is asked while the system takes bytes goes out with the next ones.
asio::awaitable<void> Link::write_out(std::shared_ptr<Connection> connection) {
  while (!connection->outgoing.empty()) {
    auto writing = connection->stream->write(std::exchange(connection->outgoing, {}));
    const auto written = co_await std::move(writing);
    if (!written) {
      connection->break_off(written.error().message);
      co_return;
    }
  }
  connection->writing = false;
}

// False when something else came than an answer.
bool Link::take_answers(Connection& connection) {
  for (;;) {
    auto value = connection.reader.next();
    if (!value) return false;
    if (!*value) return true;
    if (connection.asked.empty()) return false;
    const Question question = std::move(connection.asked.front());
    connection.asked.pop_front();
    auto answer = as_result(std::move(**value));
    if (is_of_the_connection(answer)) connection.break_off(answer.error().message);
    question.answer(std::move(answer));
  }
}

void Link::become_up() {
  if (state_ == State::closed) return;
  state_ = State::up;
  if (news_.on_up) news_.on_up();
  for (auto& question : std::exchange(waiting_, {})) send(connection_, std::move(question));
}

void Link::become_away(const std::string& reason) {
  if (std::exchange(state_, State::away) != State::away && news_.on_away) news_.on_away(reason);
  refuse_waiting(base::SteadyTime::max());
}

void Link::refuse_waiting(base::SteadyTime now) {
  while (!waiting_.empty() && waiting_.front().until <= now) {
    const Question question = std::move(waiting_.front());
    waiting_.pop_front();
    question.answer(base::fail(away("there is no connection")));
  }
}

// A question that stays open ends its connection: nobody knows any more what came of the others behind it.
asio::awaitable<void> Link::watch() {
  while (state_ != State::closed) {
    tick_.expires_after(kTick);
    co_await tick_.async_wait(kQuietly);
    const auto now = steady_clock::now();
    refuse_waiting(now);
    if (connection_ && !connection_->asked.empty() && connection_->asked.front().until <= now)
      connection_->break_off("it did not answer in time");
  }
}

}  // namespace trilogue::admission::redis
