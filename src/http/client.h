// The client's side of HTTP: one request, and the answer's body as it comes. For remote engines and the
// terminal client. Each Response belongs to one coroutine; dropping it closes its connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/dial.h"
#include "http/message.h"

namespace trilogue::http {

struct Url {
  bool tls = false;
  std::string host;
  std::string port;
  std::string path;  // with its leading slash, without a trailing one; "" for none
  friend bool operator==(const Url&, const Url&) = default;
};

// `http://` and `https://` only; no user name, backslash or control character. Failure: invalid_request.
base::Result<Url> parse_url(std::string_view text);

struct ClientRequest {
  std::string method = "GET";
  std::string target;  // path and query
  std::vector<Header> headers{};
  std::string body{};
};

class Response {
 public:
  Response() = default;
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;
  virtual ~Response() = default;

  virtual int status() const = 0;
  virtual std::string_view header(std::string_view name) const = 0;

  // The next bytes of the body, "" at its end. Failures: unavailable when the connection broke, deadline when
  // nothing came until then.
  virtual boost::asio::awaitable<base::Result<std::string>> read_some(base::SteadyTime until) = 0;

  // Ends a waiting read_some(); on the reader's executor.
  virtual void close() = 0;
};

// Connects, sends, and returns once the head of the answer is there. Failures: unavailable, saying whom it
// could not reach; deadline when `until` passed; cancelled when it was aborted. A TLS server must show a
// certificate for its name.
boost::asio::awaitable<base::Result<std::unique_ptr<Response>>> fetch(Url url, ClientRequest request,
                                                                      base::SteadyTime until,
                                                                      OfferAbort offer_abort = {});

// The same to a server on this machine, through the file of its socket; the target is the whole path.
// Failure: not_found when nobody listens there, so that nothing was sent.
boost::asio::awaitable<base::Result<std::unique_ptr<Response>>> fetch_local(std::string socket_file,
                                                                            ClientRequest request,
                                                                            base::SteadyTime until);

}  // namespace trilogue::http
