// The Exchange of one request on one connection. Lives in the session's coroutine for the length of the
// handler's call, and afterwards tells the session how the connection goes on.
#pragma once

#include <memory>
#include <string>

#include "http/body_reader.h"
#include "http/connection.h"
#include "http/exchange.h"
#include "http/reply_head.h"
#include "http/request_head.h"
#include "http/service.h"

namespace trilogue::http {

class SessionExchange final : public Exchange {
 public:
  SessionExchange(Connection& connection, RequestHead request, const Service& service);
  ~SessionExchange() override {
    connection_.unwatch();
    connection_.give_up_at(base::SteadyTime::max());
  }

  const Head& head() const override { return request_.head; }
  bool local() const override { return connection_.is_local(); }
  bool secure() const override { return connection_.is_tls(); }
  boost::asio::awaitable<base::Result<std::string>> read_body(std::size_t most) override {
    return body_.read(most);
  }
  boost::asio::awaitable<void> reply(Reply reply) override;
  void open_stream(Reply head) override;
  boost::asio::awaitable<bool> write(std::string_view bytes) override;
  boost::asio::awaitable<void> close_stream(std::string_view last, bool close) override;
  void give_up_at(base::SteadyTime end) override { connection_.give_up_at(end); }
  void must_close() override { keep_alive_ = false; }
  void on_disconnect(std::function<void()> callback) override { connection_.watch(std::move(callback)); }

  enum class Ending {
    keep_alive,  // the next request may follow
    close,       // the answer is complete
    linger,      // the answer is complete, the client may still be sending
    cut,         // the answer is not complete, and the client must not think so
  };

  // Settles what the handler left open. Call it once, after the handler.
  boost::asio::awaitable<Ending> finish();

 private:
  enum class Answer { none, streaming, complete, broken };

  void write_head(const Reply& reply, ReplyFraming framing, std::size_t body_bytes);
  boost::asio::awaitable<bool> send(std::string_view bytes, std::string_view end);
  bool is_head() const { return request_.head.method == "HEAD"; }

  Connection& connection_;
  const RequestHead request_;
  const Service& service_;
  BodyReader body_;
  Answer answer_ = Answer::none;
  ReplyFraming framing_ = ReplyFraming::content_length;
  bool keep_alive_;
  bool body_left_ = false;
};

}  // namespace trilogue::http
