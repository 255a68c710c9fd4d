// A request that comes from no socket: its answer is kept here. For the operator's commands where no server
// runs.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "http/exchange.h"

namespace trilogue::app {

class PaperExchange final : public http::Exchange {
 public:
  // `target`: path and query.
  PaperExchange(std::string method, const std::string& target, std::string body) : body_(std::move(body)) {
    const auto question = target.find('?');
    head_.method = std::move(method);
    head_.path = target.substr(0, question);
    if (question != std::string::npos) head_.query = target.substr(question + 1);
    head_.headers.push_back({"Content-Type", "application/json"});
  }

  const http::Reply& answer() const { return answer_; }

  const http::Head& head() const override { return head_; }
  bool local() const override { return true; }  // whoever runs this process may open the files
  bool secure() const override { return false; }
  boost::asio::awaitable<base::Result<std::string>> read_body(std::size_t) override { co_return body_; }
  boost::asio::awaitable<void> reply(http::Reply reply) override {
    answer_ = std::move(reply);
    co_return;
  }
  void open_stream(http::Reply head) override { answer_ = std::move(head); }
  boost::asio::awaitable<bool> write(std::string_view bytes) override {
    answer_.body += bytes;
    co_return true;
  }
  boost::asio::awaitable<void> close_stream(std::string_view last, bool) override {
    answer_.body += last;
    co_return;
  }
  void give_up_at(base::SteadyTime) override {}
  void must_close() override {}
  void on_disconnect(std::function<void()>) override {}

 private:
  http::Head head_;
  std::string body_;
  http::Reply answer_;
};

}  // namespace trilogue::app
