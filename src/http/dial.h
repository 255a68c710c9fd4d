// A connection that we open to a server which speaks something else than HTTP: over TCP, with TLS, or through
// the file of a socket on this machine. Lives on the executor that dialled; one reads and one writes at a
// time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace trilogue::http {

struct Place {
  bool tls = false;
  std::string host{};
  std::string port{};
  std::string file{};  // of a socket, instead of host and port
  friend bool operator==(const Place&, const Place&) = default;

  std::string text() const { return file.empty() ? host + ":" + port : file; }
};

class ByteStream final {
 public:
  struct Stream;
  explicit ByteStream(std::unique_ptr<Stream> stream);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // What came, at least a byte; waits as long as the connection stands. Failure: unavailable, when it ended.
  boost::asio::awaitable<base::Result<std::string>> read_some();

  // Returns when the system has taken all of it. Failure: unavailable.
  boost::asio::awaitable<base::Result<void>> write(std::string bytes);

  // Ends the connection and whatever waits for it.
  void close();

 private:
  std::unique_ptr<Stream> stream_;
};

// Failures: unavailable or deadline, saying whom it could not reach. A TLS server must show a certificate for
// its name.
boost::asio::awaitable<base::Result<std::shared_ptr<ByteStream>>> dial(Place place, base::SteadyTime until);

}  // namespace trilogue::http
