#include "http/dial.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <utility>
#include <variant>

#include "http/name_lookup.h"
#include "http/socket_path.h"
#include "http/wait.h"

namespace trilogue::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using base::FailureKind;
using base::Result;

namespace {

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16 * 1024;

using TcpStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using FileStream = beast::basic_stream<asio::local::stream_protocol>;

tl::unexpected<base::Failure> unreachable(const Place& place, const beast::error_code& error) {
  const bool late = error == beast::error::timeout;
  return base::fail(late ? FailureKind::deadline : FailureKind::unavailable,
                    "Cannot reach " + place.text() + ": " + error.message());
}

tl::unexpected<base::Failure> broken(const beast::error_code& error) {
  return base::fail(FailureKind::unavailable, "The connection broke: " + error.message());
}

template <class Stream>
asio::awaitable<Result<std::string>> read_from(Stream& stream) {
  std::string bytes(kReadBytes, '\0');
  const auto read = co_await stream.async_read_some(asio::buffer(bytes), kQuietly);
  if (std::get<0>(read)) co_return broken(std::get<0>(read));
  bytes.resize(std::get<1>(read));
  co_return bytes;
}

template <class Stream>
asio::awaitable<Result<void>> write_to(Stream& stream, std::string bytes) {
  const auto written = co_await asio::async_write(stream, asio::buffer(bytes), kQuietly);
  if (std::get<0>(written)) co_return broken(std::get<0>(written));
  co_return Result<void>();
}

}  // namespace

struct ByteStream::Stream {
  std::unique_ptr<asio::ssl::context> tls;  // null without TLS; outlives the stream
  std::variant<std::unique_ptr<TcpStream>, std::unique_ptr<TlsStream>, std::unique_ptr<FileStream>> any;
};

ByteStream::ByteStream(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
ByteStream::~ByteStream() = default;

asio::awaitable<Result<std::string>> ByteStream::read_some() {
  return std::visit([](auto& stream) { return read_from(*stream); }, stream_->any);
}

asio::awaitable<Result<void>> ByteStream::write(std::string bytes) {
  return std::visit([&bytes](auto& stream) { return write_to(*stream, std::move(bytes)); }, stream_->any);
}

void ByteStream::close() {
  std::visit([](auto& stream) { beast::get_lowest_layer(*stream).close(); }, stream_->any);
}

namespace {

using Dialled = Result<std::shared_ptr<ByteStream>>;

std::shared_ptr<ByteStream> finished(ByteStream::Stream stream) {
  return std::make_shared<ByteStream>(std::make_unique<ByteStream::Stream>(std::move(stream)));
}

asio::awaitable<Result<void>> connect(TcpStream& stream, Place place, base::SteadyTime until) {
  Wait lookup(stream.get_executor());
  auto looking = look_up(place.host, place.port, lookup, until);
  const auto found = co_await std::move(looking);
  if (!found) co_return base::fail(found.error());
  stream.expires_at(until);
  const auto connected = co_await stream.async_connect(*found, kQuietly);
  if (std::get<0>(connected)) co_return unreachable(place, std::get<0>(connected));
  stream.socket().set_option(asio::ip::tcp::no_delay(true));
  co_return Result<void>();
}

asio::awaitable<Dialled> dial_plain(Place place, base::SteadyTime until) {
  auto stream = std::make_unique<TcpStream>(co_await asio::this_coro::executor);
  auto connecting = connect(*stream, std::move(place), until);
  const auto connected = co_await std::move(connecting);
  if (!connected) co_return base::fail(connected.error());
  stream->expires_never();
  co_return finished({nullptr, std::move(stream)});
}

asio::awaitable<Dialled> dial_tls(Place place, base::SteadyTime until) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  tls->set_default_verify_paths();
  tls->set_verify_mode(asio::ssl::verify_peer);
  auto stream = std::make_unique<TlsStream>(co_await asio::this_coro::executor, *tls);
  stream->set_verify_callback(asio::ssl::host_name_verification(place.host));
  SSL_set_tlsext_host_name(stream->native_handle(), place.host.c_str());
  auto connecting = connect(beast::get_lowest_layer(*stream), place, until);
  const auto connected = co_await std::move(connecting);
  if (!connected) co_return base::fail(connected.error());
  const auto shaken = co_await stream->async_handshake(asio::ssl::stream_base::client, kQuietly);
  if (std::get<0>(shaken)) co_return unreachable(place, std::get<0>(shaken));
  beast::get_lowest_layer(*stream).expires_never();
  co_return finished({std::move(tls), std::move(stream)});
}

asio::awaitable<Dialled> dial_file(Place place, base::SteadyTime until) {
  auto stream = std::make_unique<FileStream>(co_await asio::this_coro::executor);
  const SocketPath path(place.file);
  if (!path.fits())
    co_return base::fail(FailureKind::unavailable, "Cannot reach " + place.file + ": its path is too long");
  stream->expires_at(until);
  const asio::local::stream_protocol::endpoint endpoint(path.text());
  const auto connected = co_await stream->async_connect(endpoint, kQuietly);
  if (std::get<0>(connected)) co_return unreachable(place, std::get<0>(connected));
  stream->expires_never();
  co_return finished({nullptr, std::move(stream)});
}

}  // namespace

asio::awaitable<Dialled> dial(Place place, base::SteadyTime until) {
  auto dialling = !place.file.empty() ? dial_file(std::move(place), until)
                  : place.tls         ? dial_tls(std::move(place), until)
                                      : dial_plain(std::move(place), until);
  co_return co_await std::move(dialling);
}

}  // namespace trilogue::http
