// A stream socket (TCP, or local through a file), plain or under TLS. Included by this room's sources only.
// Touched on its connection's strand.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <utility>
#include <variant>

namespace trilogue::http {

class Transport final {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Tls = boost::asio::ssl::stream<Socket>;

  // Under TLS where a context is given, which must outlive it.
  Transport(Socket socket, boost::asio::ssl::context* tls) {
    if (tls != nullptr) {
      stream_.emplace<Tls>(std::move(socket), *tls);
    } else {
      stream_.emplace<Socket>(std::move(socket));
    }
  }

  bool is_tls() const { return std::holds_alternative<Tls>(stream_); }
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

// Through a socket file of this machine.
inline bool is_local_socket(const Transport::Socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.local_endpoint(error);
  return !error && endpoint.protocol().family() == AF_UNIX;
}

}  // namespace trilogue::http
