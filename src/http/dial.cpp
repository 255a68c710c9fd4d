#include "http/dial.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "http/name_lookup.h"
#include "http/socket_path.h"
#include "http/wait.h"

namespace trilogue::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using base::FailureKind;
using base::Result;
using boost::system::error_code;

namespace {

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16 * 1024;

using Socket = beast::basic_stream<asio::generic::stream_protocol>;  // with deadlines
using Endpoint = asio::generic::stream_protocol::endpoint;

}  // namespace

struct ByteStream::Stream {
  explicit Stream(const asio::any_io_executor& executor) : socket(executor) {}

  void secure(const std::string& host) {
    context.emplace(asio::ssl::context::tls_client);
    context->set_default_verify_paths();
    context->set_verify_mode(asio::ssl::verify_peer);
    tls.emplace(socket, *context);
    tls->set_verify_callback(asio::ssl::host_name_verification(host));
    SSL_set_tlsext_host_name(tls->native_handle(), host.c_str());
  }

  // Before a step: one that begins on a closed socket would find no descriptor.
  Result<void> begin(base::SteadyTime until) {
    if (closed) return failed({});
    if (until == kWhenever) {
      if (limited) socket.expires_never();
    } else {
      socket.expires_at(until);
    }
    limited = until != kWhenever;
    return {};
  }

  tl::unexpected<base::Failure> failed(const error_code& error) const {
    if (closed) return base::fail(FailureKind::cancelled, "it was closed");
    const bool late = error == beast::error::timeout;
    return base::fail(late ? FailureKind::deadline : FailureKind::unavailable, error.message());
  }

  Socket socket;
  std::optional<asio::ssl::context> context;
  std::optional<asio::ssl::stream<Socket&>> tls;
  bool limited = false;  // by a deadline
  bool closed = false;
};

ByteStream::ByteStream(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
ByteStream::~ByteStream() = default;

asio::awaitable<Result<std::string>> ByteStream::read_some(base::SteadyTime until) {
  if (const auto begun = stream_->begin(until); !begun) co_return base::fail(begun.error());
  std::string bytes(kReadBytes, '\0');
  std::tuple<error_code, std::size_t> read;
  if (stream_->tls) {
    read = co_await stream_->tls->async_read_some(asio::buffer(bytes), kQuietly);
  } else {
    read = co_await stream_->socket.async_read_some(asio::buffer(bytes), kQuietly);
  }
  const error_code error = std::get<0>(read);
  if (error && (error != asio::error::eof || stream_->closed)) co_return stream_->failed(error);
  bytes.resize(std::get<1>(read));
  co_return bytes;
}

asio::awaitable<Result<void>> ByteStream::write(std::string bytes, base::SteadyTime until) {
  if (const auto begun = stream_->begin(until); !begun) co_return begun;
  std::tuple<error_code, std::size_t> written;
  if (stream_->tls) {
    written = co_await asio::async_write(*stream_->tls, asio::buffer(bytes), kQuietly);
  } else {
    written = co_await asio::async_write(stream_->socket, asio::buffer(bytes), kQuietly);
  }
  if (std::get<0>(written)) co_return stream_->failed(std::get<0>(written));
  co_return Result<void>();
}

void ByteStream::close() {
  stream_->closed = true;
  stream_->socket.close();
}

namespace {

// Tries one after the other. Failure: that of the last one.
asio::awaitable<Result<void>> connect(ByteStream::Stream& inner, std::vector<Endpoint> all,
                                      base::SteadyTime until) {
  error_code error = asio::error::host_not_found;
  for (const auto& endpoint : all) {
    if (const auto begun = inner.begin(until); !begun) co_return begun;
    const auto connected = co_await inner.socket.async_connect(endpoint, kQuietly);
    error = std::get<0>(connected);
    if (!error || inner.closed || error == beast::error::timeout) break;
    inner.socket.close();
  }
  if (error || inner.closed) co_return inner.failed(error);
  error_code local;  // a socket file knows no delay
  inner.socket.socket().set_option(asio::ip::tcp::no_delay(true), local);
  co_return Result<void>();
}

asio::awaitable<Result<void>> reach_file(ByteStream::Stream& inner, std::string file,
                                         base::SteadyTime until) {
  const SocketPath path(file);  // until it is connected
  if (!path.fits()) co_return base::fail(FailureKind::unavailable, "its path is too long");
  std::vector<Endpoint> one{asio::local::stream_protocol::endpoint(path.text())};
  auto connecting = connect(inner, std::move(one), until);
  co_return co_await std::move(connecting);
}

asio::awaitable<Result<void>> reach_host(ByteStream::Stream& inner, Place place, base::SteadyTime until,
                                         Wait& lookup) {
  auto looking = look_up(std::move(place.host), std::move(place.port), lookup, until);
  const auto found = co_await std::move(looking);
  if (!found) co_return base::fail(found.error());
  std::vector<Endpoint> all(found->begin(), found->end());
  auto connecting = connect(inner, std::move(all), until);
  co_return co_await std::move(connecting);
}

asio::awaitable<Result<void>> shake_hands(ByteStream::Stream& inner, base::SteadyTime until) {
  if (const auto begun = inner.begin(until); !begun) co_return begun;
  const auto shaken = co_await inner.tls->async_handshake(asio::ssl::stream_base::client, kQuietly);
  if (std::get<0>(shaken)) co_return inner.failed(std::get<0>(shaken));
  co_return Result<void>();
}

}  // namespace

tl::unexpected<base::Failure> unreachable(const Place& place, base::Failure why) {
  why.message = "Cannot reach " + place.text() + ": " + why.message;
  return base::fail(std::move(why));
}

asio::awaitable<Result<std::shared_ptr<ByteStream>>> dial(Place place, base::SteadyTime until,
                                                          OfferAbort offer_abort) {
  const auto executor = co_await asio::this_coro::executor;
  auto made = std::make_unique<ByteStream::Stream>(executor);
  auto& inner = *made;
  if (place.tls) inner.secure(place.host);
  const auto stream = std::make_shared<ByteStream>(std::move(made));
  Wait lookup(executor);
  if (offer_abort) {
    offer_abort([stop = lookup.stopper(), weak = std::weak_ptr(stream)] {
      stop();
      if (const auto alive = weak.lock()) alive->close();
    });
  }
  auto reaching =
      place.file.empty() ? reach_host(inner, place, until, lookup) : reach_file(inner, place.file, until);
  const auto reached = co_await std::move(reaching);
  if (!reached) co_return unreachable(place, reached.error());
  if (!inner.tls) co_return stream;
  auto shaking = shake_hands(inner, until);
  const auto shaken = co_await std::move(shaking);
  if (!shaken) co_return unreachable(place, shaken.error());
  co_return stream;
}

}  // namespace trilogue::http
