// For tests: a server on a free loopback port with a thread of its own, and a client that speaks raw bytes so
// that it can also misbehave. Blocking, with a limit of five seconds on every wait.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "http/server.h"

namespace trilogue::http::testing {

class RunningServer final {
 public:
  explicit RunningServer(Handler handler, ServerOptions options = {})
      : RunningServer(std::move(options), handler) {}
  ~RunningServer() { stop(); }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  std::uint16_t port() const { return server_->port(); }
  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }
  void stop() {
    if (!thread_.joinable()) return;
    server_->drain(std::chrono::milliseconds(0));
    thread_.join();
  }
  void wait_until_stopped() { thread_.join(); }

 private:
  RunningServer(ServerOptions options, Handler handler) {
    options.port = 0;
    auto listening = Server::listen(std::move(options), std::move(handler), log_);
    if (!listening) throw std::runtime_error(listening.error().message);
    server_ = std::move(*listening);
    thread_ = std::thread([this] { server_->run(); });
  }

  base::Log log_{base::LogLevel::error, [](std::string_view) {}};
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

class Client final {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_buffer > 0) {
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int failed = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    EXPECT_EQ(failed, 0) << "cannot connect";
  }
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // What there is up to and including `mark`; less when the server closed or was silent for too long.
  std::string until(std::string_view mark) {
    for (;;) {
      if (const auto at = pending_.find(mark); at != std::string::npos) return take(at + mark.size());
      if (!receive()) return take(pending_.size());
    }
  }

  // A whole answer with a Content-Length.
  std::string answer() {
    auto head = until("\r\n\r\n");
    constexpr std::string_view kLength = "Content-Length: ";
    const auto at = head.find(kLength);
    if (at == std::string::npos) return head;
    const auto length = std::stoul(head.substr(at + kLength.size()));
    while (pending_.size() < length && receive()) {
    }
    return head + take(std::min(length, pending_.size()));
  }

  // Everything until the server closes.
  std::string rest() {
    while (receive()) {
    }
    return take(pending_.size());
  }

  // True when the server has closed its side in an orderly way.
  bool sees_close() {
    rest();
    return closed_;
  }

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  int native() const { return socket_; }

 private:
  bool receive() {
    char space[16 * 1024];
    const auto count = ::recv(socket_, space, sizeof space, 0);
    closed_ = count == 0;
    if (count <= 0) return false;
    pending_.append(space, static_cast<std::size_t>(count));
    return true;
  }
  std::string take(std::size_t count) {
    auto taken = pending_.substr(0, count);
    pending_.erase(0, count);
    return taken;
  }

  int socket_;
  std::string pending_;
  bool closed_ = false;
};

inline std::string get(std::string_view path, std::string_view headers = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n";
}

inline std::string post(std::string_view body, std::string_view headers = "") {
  return "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

// Answers with method, path, query and body; a body that cannot be read with its failure's message.
boost::asio::awaitable<void> inline echo(Exchange& exchange) {
  auto body = co_await exchange.read_body(std::string::npos);
  if (!body && body.error().kind == base::FailureKind::cancelled) co_return;
  Reply reply;
  if (body) {
    const auto& head = exchange.head();
    reply.body = head.method + " " + head.path + " [" + head.query + "] " + *body;
  } else {
    using base::FailureKind;
    const auto kind = body.error().kind;
    reply.status = kind == FailureKind::too_large                ? 413
                   : kind == FailureKind::unsupported_media_type ? 415
                                                                 : 400;
    reply.body = body.error().message;
  }
  co_await exchange.reply(std::move(reply));
}

}  // namespace trilogue::http::testing
