// A connection that we open: over TCP, with TLS, or through the file of a socket on this machine. Lives on
// the executor that dialled; one reads and one writes at a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
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

// The failures of both are deadline, cancelled when close() was called, and unavailable; the message is the
// bare reason. A stream that is read with deadlines may not be written to meanwhile.
class ByteStream final {
 public:
  static constexpr base::SteadyTime kWhenever = base::SteadyTime::max();

  struct Stream;
  explicit ByteStream(std::unique_ptr<Stream> stream);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // What came; "" when the other side has said its last.
  boost::asio::awaitable<base::Result<std::string>> read_some(base::SteadyTime until = kWhenever);

  // Returns when the system has taken all of it.
  boost::asio::awaitable<base::Result<void>> write(std::string bytes, base::SteadyTime until = kWhenever);

  // Ends the connection and whatever waits for it, or is about to.
  void close();

 private:
  std::unique_ptr<Stream> stream_;
};

// What to say when no answer came from there.
tl::unexpected<base::Failure> unreachable(const Place& place, base::Failure why);

// Is given, once, what ends an errand at once; it may be called at any later time, on the errand's executor.
using OfferAbort = std::function<void(std::function<void()> abort)>;

// Failures: unavailable, deadline, or cancelled when it was aborted, saying whom it could not reach. A TLS
// server must show a certificate for its name. To abort later closes the stream.
boost::asio::awaitable<base::Result<std::shared_ptr<ByteStream>>> dial(Place place, base::SteadyTime until,
                                                                       OfferAbort offer_abort = {});

}  // namespace trilogue::http
