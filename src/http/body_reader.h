// Reads one request's body off its connection: counted or in chunks, plain or gzip, never more than the
// limit, and not slower than a client that means it. Belongs to the exchange, on its strand.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/chunked_body.h"
#include "http/connection.h"
#include "http/gunzip.h"
#include "http/request_head.h"

namespace trilogue::http {

struct BodyLimits {
  std::size_t max_bytes = 0;
  std::chrono::milliseconds timeout{0};
};

class BodyReader final {
 public:
  BodyReader(Connection& connection, const RequestHead& request, BodyLimits limits);

  // See Exchange::read_body.
  boost::asio::awaitable<base::Result<std::string>> read(std::size_t most);

  // True when nothing of the body is left on the wire, if need be after throwing away what has arrived.
  // False: some is still to come, so the connection cannot be used again.
  bool discard();

 private:
  base::Result<void> prepare();
  base::Result<void> take();
  base::Result<void> take_chunks();
  base::Result<void> keep(std::string_view piece);
  base::SteadyTime deadline() const;

  Connection& connection_;
  const RequestHead& request_;
  BodyLimits limits_;
  base::SteadyTime started_;
  std::uint64_t left_;  // of a counted body
  std::uint64_t received_ = 0;
  ChunkedBody chunks_;
  std::unique_ptr<Gunzip> gunzip_;
  std::string body_;
  bool complete_;
};

}  // namespace trilogue::http
