// One client's connection as bytes with deadlines: fill the input, write pieces, notice that the client has
// left. At most one read is ever under way, and it is never cancelled for the sake of another: whoever needs
// bytes next waits for it, so none get lost between a watch and the next request. Lives on one I/O thread.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "http/input_buffer.h"
#include "http/transport.h"

namespace trilogue::http {

// Each 64 KiB of a body or of a reply buy another second: a slow line gets through, a trickle does not.
inline constexpr std::uint64_t kSlowestBytesPerSecond = 64 * 1024;

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  using Pieces = std::array<boost::asio::const_buffer, 3>;

  // With TLS where `tls` is not null.
  Connection(Transport::Socket socket, boost::asio::ssl::context* tls,
             std::chrono::milliseconds write_timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  boost::asio::awaitable<bool> handshake(base::SteadyTime deadline);

  InputBuffer& input() { return input_; }

  // Waits for more input. False when there will be none: the client left, or the deadline passed (expired()).
  boost::asio::awaitable<bool> fill(base::SteadyTime deadline);

  // Writes all pieces, in one system call where the socket takes them. False when the client is gone or takes
  // nothing for the write timeout, or not all until the moment to give up.
  boost::asio::awaitable<bool> write(Pieces pieces);
  void give_up_at(base::SteadyTime end) { give_up_at_ = end; }
  // No later than a reader needs who takes so many bytes slowly.
  void give_up_after(std::size_t bytes) {
    const auto time = write_timeout_ + std::chrono::seconds(bytes / kSlowestBytesPerSecond);
    give_up_at_ = std::min(give_up_at_, std::chrono::steady_clock::now() + time);
  }

  // Calls back once when the client leaves, also if it has left already; until unwatch(). Bytes that arrive
  // meanwhile stay in the input.
  void watch(std::function<void()> on_gone);
  void unwatch() { on_gone_ = nullptr; }

  // Says goodbye. With a limit above 0, first reads over what the client still sends, so that closing does
  // not destroy an answer on its way.
  boost::asio::awaitable<void> finish(base::SteadyTime deadline, std::size_t drain_bytes);

  bool expired() const { return expired_; }
  bool gone() const { return ended_ || broken_; }
  bool is_tls() const { return transport_.is_tls(); }
  bool is_local() const { return local_; }  // over the socket file
  const std::string& peer() const { return peer_; }

  // Kept here only to use its memory again.
  std::string& scratch() { return scratch_; }

  // True between requests: closing now loses nothing.
  void set_idle(bool idle) { idle_ = idle; }
  bool idle() const { return idle_; }

  void expire(base::SteadyTime now);  // ends a wait whose deadline has passed
  void cut();                         // ends everything, now
  void abandon();                     // destroys the coroutine that waits for input; its event loop has ended

 private:
  class Deadline;
  struct Waiter;

  void start_read();
  void on_read(bool failed, std::size_t count);
  void notify_gone();
  boost::asio::awaitable<bool> write_plain(Pieces pieces);
  boost::asio::awaitable<bool> write_tls(Pieces pieces);
  boost::asio::awaitable<void> drain(base::SteadyTime deadline, std::size_t bytes);
  base::SteadyTime write_deadline() const {
    return std::min(std::chrono::steady_clock::now() + write_timeout_, give_up_at_);
  }

  Transport transport_;
  const std::chrono::milliseconds write_timeout_;
  const bool local_;
  std::string peer_;
  InputBuffer input_;
  std::string scratch_;
  std::function<void()> on_gone_;
  std::unique_ptr<Waiter> waiter_;  // the coroutine that waits for the read under way
  base::SteadyTime deadline_ = base::SteadyTime::max();
  base::SteadyTime give_up_at_ = base::SteadyTime::max();  // of writes
  int burst_ = 0;                                          // writes since the thread was last given to others
  bool reading_ = false;                                   // a read is under way
  bool ended_ = false;                                     // no more input will come
  bool broken_ = false;                                    // no more output will go
  bool expired_ = false;                                   // the last wait, by its deadline
  bool idle_ = false;
};

}  // namespace trilogue::http
