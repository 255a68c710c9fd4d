// A TCP socket, plain or under TLS. Included by this room's sources only. Touched on its connection's strand.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <utility>
#include <variant>

namespace trilogue::http {

class Transport final {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Socket>;

  // Under TLS where a context is given, which must outlive it.
  Transport(Socket socket, boost::asio::ssl::context* tls) {
    if (tls != nullptr) {
      stream_.emplace<Tls>(std::move(socket), *tls);
    } else {
      stream_.emplace<Socket>(std::move(socket));
    }
  }

  Tls* tls() { return std::get_if<Tls>(&stream_); }
  Socket& socket() {
    auto* const secure = tls();
    return secure != nullptr ? secure->next_layer() : std::get<Socket>(stream_);
  }

  template <class Completion>
  void read(boost::asio::mutable_buffer into, Completion completion) {
    if (auto* const secure = tls()) {
      secure->async_read_some(into, std::move(completion));
    } else {
      socket().async_read_some(into, std::move(completion));
    }
  }

 private:
  std::variant<std::monostate, Socket, Tls> stream_;
};

}  // namespace trilogue::http
