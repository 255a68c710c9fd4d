// The connection to the store of the shared limits: questions go out in the order in which they are asked,
// without waiting for each other, and every one is answered once, by the store or by a failure. A connection
// that ends, or that leaves a question open for too long, is made anew, for as long as it takes. Everything
// happens on the loop that it was made with, answers and news too.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "admission/redis/address.h"
#include "admission/redis/words.h"
#include "base/clock.h"
#include "base/result.h"
#include "wire/resp.h"

namespace trilogue::admission::redis {

class Link final {
 public:
  // Failure: unavailable, when the store does not answer or answers with an error, whose first word is then
  // the failure's path.
  using Answer = std::function<void(base::Result<wire::RespValue>)>;

  struct News {
    std::function<void()> on_up;                             // may ask; what it asks goes out first
    std::function<void(const std::string& reason)> on_away;  // from now on questions are refused at once
  };

  static constexpr std::chrono::milliseconds kTimeLimit{1000};  // of a question, and of connecting

  Link(boost::asio::io_context& loop, Address address, News news);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Connects, and again whenever it has to, until close().
  void start();
  void ask(Words words, Answer answer);
  void close();

 private:
  struct Question {
    Words words;
    Answer answer;
    base::SteadyTime until;
  };
  struct Connection;
  struct Ended {
    std::string why;
    bool was_up;
  };
  enum class State { connecting, up, away, closed };

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<Ended> live();
  Ended bury(Connection& connection);
  void greet(const std::shared_ptr<Connection>& connection);
  void send(const std::shared_ptr<Connection>& connection, Question question);
  static boost::asio::awaitable<void> write_out(std::shared_ptr<Connection> connection);
  bool take_answers(Connection& connection);
  void become_up();
  void become_away(const std::string& reason);
  void refuse_waiting(base::SteadyTime now);
  boost::asio::awaitable<void> watch();

  boost::asio::io_context& loop_;
  const Address address_;
  const News news_;
  State state_ = State::connecting;
  std::shared_ptr<Connection> connection_;  // null while there is none
  std::deque<Question> waiting_;            // for the first connection, or for one that just broke
  boost::asio::steady_timer pause_;
  boost::asio::steady_timer tick_;
};

}  // namespace trilogue::admission::redis
