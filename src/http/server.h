// Listens, accepts, and gives each request to the handler. Owned by app; run() uses the calling thread and
// io_threads - 1 more. A connection stays on the thread it was given to, which is its strand. Destroy the
// server before whatever its handler refers to.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "http/exchange.h"

namespace trilogue::http {

// Shapes the answer to a request that never reaches the handler (a broken head, a limit, a timeout). Called
// on any I/O thread. The default is a line of text.
using Refusals = std::function<Reply(int status, std::string_view reason)>;
Reply plain_refusal(int status, std::string_view reason);

struct TlsFiles {
  std::string certificate;  // PEM chain
  std::string key;          // PEM
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one, see Server::port()
  int io_threads = 1;
  std::size_t max_header_bytes = std::size_t{64} * 1024;
  std::size_t max_header_count = 256;
  std::size_t max_target_bytes = std::size_t{8} * 1024;
  std::size_t max_body_bytes = std::size_t{64} * 1024 * 1024;  // also after inflating
  std::chrono::milliseconds idle_timeout{75'000};              // between requests on a kept connection
  std::chrono::milliseconds header_timeout{10'000};            // from first byte to the end of the head
  std::chrono::milliseconds body_timeout{60'000};       // for the whole body, extended while it flows well
  std::chrono::milliseconds write_timeout{60'000};      // a reader that takes nothing for so long is gone
  std::chrono::milliseconds handshake_timeout{10'000};  // of TLS
  // How long a client that got an early answer may go on sending, so that it sees the answer.
  std::chrono::milliseconds linger_timeout{5'000};
  std::size_t max_connections = 16'384;  // one more gets a 503 and is closed
  std::optional<TlsFiles> tls = std::nullopt;
  std::string socket_file{};  // to listen on as well, without TLS; see Exchange::local(). "": none
  Refusals refusals = plain_refusal;
};

class Server final {
 public:
  // Binds and listens. Failures, each with the words for the person at the terminal: the address cannot be
  // parsed, the port is in use or not allowed, a TLS file is missing or does not fit.
  static base::Result<std::unique_ptr<Server>> listen(ServerOptions options, Handler handler,
                                                      const base::Log& log);
  ~Server();

  std::uint16_t port() const;

  // Serves on options.io_threads threads and returns when stopped.
  void run();

  // From any thread or a signal handler's coroutine. No new connections or requests; idle connections close,
  // running exchanges finish, at most `grace` from now; then run() returns. A handler that outlives the grace
  // is told by its on_disconnect, gets one more second, and is then destroyed where it waits.
  void drain(std::chrono::milliseconds grace);

  // From any thread. Reads the files again: connections from now on get the new certificate, those that are
  // open keep theirs. Failure: what is wrong with which file, or that the server was started without TLS;
  // then nothing has changed.
  base::Result<void> renew_tls(const TlsFiles& files);

  // Connections open now.
  std::size_t connections() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::http
