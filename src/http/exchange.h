// One request and its answer on a connection, as the handler holds it. Used on the connection's strand only,
// by the coroutine that was given it. Answers are written once: reply(), or open_stream() … close_stream().
// A handler that returns without answering sends a bare 500; one that leaves a stream open cuts the
// connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace trilogue::http {

class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  virtual const Head& head() const = 0;

  // Came over the socket file, which only its owner can open.
  virtual bool local() const = 0;
  virtual bool secure() const = 0;  // under TLS

  // The whole body, inflated where it came as gzip; sends "100 Continue" first where the client waits for it.
  // Failures: too_large, unsupported_media_type (an encoding other than gzip), invalid_request (a broken gzip
  // or chunk), cancelled (the client left or was too slow; no answer reaches it).
  // Never more than `most` bytes, nor than the server takes at all.
  virtual boost::asio::awaitable<base::Result<std::string>> read_body(std::size_t most) = 0;

  // Writes the whole answer. A HEAD gets the headers alone. A body not yet read is drained for a while first,
  // so that the client sees the answer (lingering close).
  virtual boost::asio::awaitable<void> reply(Reply reply) = 0;

  // Begins a chunked answer; headers of the Reply are taken, its body is not. They leave with the first
  // write.
  virtual void open_stream(Reply head) = 0;

  // Sends whole events, or, when there are none, what is still to be sent before them. Returns when the
  // socket has taken them: a slow reader holds its writer back. False when the client is gone.
  virtual boost::asio::awaitable<bool> write(std::string_view bytes) = 0;

  // Sends the last events and the end of the chunked answer, as one; the connection lives on unless `close`.
  virtual boost::asio::awaitable<void> close_stream(std::string_view last, bool close) = 0;

  // From `end` on no write waits for the client any more: one who still takes a little now and then is gone,
  // as one who takes nothing is. Without it a stream has the server's write timeout only; a reply of one body
  // must also get on by 64 KiB a second.
  virtual void give_up_at(base::SteadyTime end) = 0;

  // The connection ends with this answer, and the answer says so if it is not written yet.
  virtual void must_close() = 0;

  // Calls back once, on the strand, when the client goes away before the answer is complete. Setting one
  // starts the watch on the socket, so a handler that never waits never pays for it. The callback is dropped
  // when the exchange ends.
  virtual void on_disconnect(std::function<void()> callback) = 0;
};

using Handler = std::function<boost::asio::awaitable<void>(Exchange&)>;

}  // namespace trilogue::http
