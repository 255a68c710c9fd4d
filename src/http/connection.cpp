#include "http/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace trilogue::http {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Input that may pile up while a handler works; beyond it a client that leaves is noticed by writing only.
constexpr std::size_t kWatchBytes = 64 * 1024;
// After so many writes in a row that the socket took at once, other connections get their turn.
constexpr int kBurst = 64;
constexpr std::size_t kTlsRecord = 16 * 1024;

void advance(Connection::Pieces& pieces, std::size_t count) {
  for (auto& piece : pieces) {
    const auto step = std::min(count, piece.size());
    piece += step;
    count -= step;
  }
}

std::string address_of(const Transport::Socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  const sockaddr* const address = endpoint.data();
  char text[INET6_ADDRSTRLEN] = "";
  if (address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text, sizeof text);
  } else if (address->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
  }
  return text;
}

}  // namespace

// A parked coroutine, whatever the type of its handler. (Boost 1.81's any_completion_handler cannot be
// moved.)
struct Connection::Waiter {
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  virtual ~Waiter() = default;
  virtual void resume() = 0;

  template <class Handler>
  static std::unique_ptr<Waiter> park(Handler handler) {
    struct Parked final : Waiter {
      explicit Parked(Handler h) : handler_(std::move(h)) {}
      void resume() override { std::move(handler_)(); }
      Handler handler_;
    };
    return std::make_unique<Parked>(std::move(handler));
  }
};

// Arms the connection's one deadline for as long as it lives.
class Connection::Deadline final {
 public:
  // What expired before may have been done just then: it says nothing about what begins now.
  Deadline(Connection& connection, base::SteadyTime at) : connection_(connection) {
    connection_.deadline_ = at;
    connection_.expired_ = false;
  }
  ~Deadline() { connection_.deadline_ = base::SteadyTime::max(); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  Connection& connection_;
};

Connection::Connection(Transport::Socket socket, asio::ssl::context* tls,
                       std::chrono::milliseconds write_timeout)
    : transport_(std::move(socket), tls),
      write_timeout_(write_timeout),
      local_(is_local_socket(transport_.socket())),
      peer_(address_of(transport_.socket())) {
  error_code ignored;
  transport_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  transport_.socket().non_blocking(true, ignored);
}

Connection::~Connection() = default;

asio::awaitable<bool> Connection::handshake(base::SteadyTime deadline) {
  auto* const tls = transport_.tls();
  if (tls == nullptr) co_return true;
  const Deadline armed(*this, deadline);
  error_code error;
  auto quietly = asio::redirect_error(asio::use_awaitable, error);
  co_await tls->async_handshake(asio::ssl::stream_base::server, quietly);
  co_return !error;
}

void Connection::start_read() {
  if (reading_ || ended_) return;
  reading_ = true;
  const auto space = input_.prepare();
  transport_.read(asio::buffer(space.data(), space.size()),
                  [self = shared_from_this()](error_code error, std::size_t count) {
                    self->on_read(static_cast<bool>(error), count);
                  });
}

void Connection::on_read(bool failed, std::size_t count) {
  reading_ = false;
  input_.commit(count);
  ended_ = failed;
  if (waiter_) {
    const auto waiter = std::move(waiter_);
    waiter->resume();
  } else if (ended_) {
    notify_gone();
  } else if (on_gone_ && input_.size() < kWatchBytes) {
    start_read();
  }
}

asio::awaitable<bool> Connection::fill(base::SteadyTime deadline) {
  if (ended_) co_return false;
  start_read();
  const Deadline armed(*this, deadline);
  auto park = [this](auto handler) { waiter_ = Waiter::park(std::move(handler)); };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(park, asio::use_awaitable);
  if (ended_) notify_gone();
  co_return !ended_;
}

asio::awaitable<bool> Connection::write(Pieces pieces) {
  if (broken_) co_return false;
  if (is_tls()) co_return co_await write_tls(pieces);
  co_return co_await write_plain(pieces);
}

asio::awaitable<bool> Connection::write_plain(Pieces pieces) {
  auto& socket = transport_.socket();
  while (asio::buffer_size(pieces) > 0) {
    error_code error;
    advance(pieces, socket.write_some(pieces, error));
    if (error == asio::error::would_block) {
      const Deadline armed(*this, write_deadline());
      error.clear();
      auto quietly = asio::redirect_error(asio::use_awaitable, error);
      co_await socket.async_wait(asio::socket_base::wait_write, quietly);
      burst_ = 0;
    }
    if (error) co_return !(broken_ = true);
  }
  if (++burst_ >= kBurst) {
    burst_ = 0;
    co_await asio::post(socket.get_executor(), asio::use_awaitable);
  }
  co_return true;
}

// A record is made of one buffer only, so the pieces are put together first.
asio::awaitable<bool> Connection::write_tls(Pieces pieces) {
  std::string whole;
  whole.reserve(asio::buffer_size(pieces));
  for (const auto& piece : pieces) whole.append(static_cast<const char*>(piece.data()), piece.size());
  error_code error;
  auto quietly = asio::redirect_error(asio::use_awaitable, error);
  for (std::size_t sent = 0; sent < whole.size();) {
    const Deadline armed(*this, write_deadline());
    const asio::const_buffer record(whole.data() + sent, std::min(kTlsRecord, whole.size() - sent));
    sent += co_await transport_.tls()->async_write_some(record, quietly);
    if (error) co_return !(broken_ = true);
  }
  co_return true;
}

void Connection::watch(std::function<void()> on_gone) {
  on_gone_ = std::move(on_gone);
  if (gone()) {
    asio::post(transport_.socket().get_executor(), [self = shared_from_this()] { self->notify_gone(); });
  } else {
    start_read();
  }
}

void Connection::notify_gone() {
  if (const auto callback = std::exchange(on_gone_, nullptr)) callback();
}

asio::awaitable<void> Connection::drain(base::SteadyTime deadline, std::size_t bytes) {
  while (!ended_) {
    const auto size = input_.size();
    if (size > bytes) co_return;
    bytes -= size;
    input_.consume(size);
    co_await fill(deadline);
  }
}

asio::awaitable<void> Connection::finish(base::SteadyTime deadline, std::size_t drain_bytes) {
  error_code ignored;
  if (drain_bytes > 0) {
    if (!is_tls()) transport_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
    co_await drain(deadline, drain_bytes);
  }
  if (auto* const tls = transport_.tls(); tls != nullptr && !gone()) {
    const Deadline armed(*this, deadline);
    auto quietly = asio::redirect_error(asio::use_awaitable, ignored);
    co_await tls->async_shutdown(quietly);
  }
  cut();
}

void Connection::expire(base::SteadyTime now) {
  if (now < deadline_) return;
  expired_ = true;
  error_code ignored;
  transport_.socket().cancel(ignored);
}

void Connection::cut() {
  broken_ = true;
  notify_gone();
  error_code ignored;
  transport_.socket().close(ignored);
}

void Connection::abandon() {
  const auto self = shared_from_this();  // the coroutine may be the last owner
  const auto waiter = std::move(waiter_);
}

}  // namespace trilogue::http
