#include "http/client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <utility>

#include "http/name_lookup.h"
#include "http/socket_path.h"
#include "http/wait.h"

namespace trilogue::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::FailureKind;

namespace {

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16 * 1024;

tl::unexpected<base::Failure> unreachable(const Url& url, const beast::error_code& error) {
  // A step that begins on a stream which was closed finds no descriptor.
  const bool aborted = error == asio::error::operation_aborted || error == asio::error::bad_descriptor;
  const FailureKind kind = error == beast::error::timeout ? FailureKind::deadline
                           : aborted                      ? FailureKind::cancelled
                                                          : FailureKind::unavailable;
  return base::fail(kind, "Cannot reach " + url.host + ":" + url.port + ": " + error.message());
}

beast::http::request<beast::http::string_body> as_beast(const Url& url, const ClientRequest& request) {
  beast::http::request<beast::http::string_body> out;
  out.version(11);
  out.method_string(request.method);
  out.target(request.target);
  out.set(beast::http::field::host, url.host.find(':') == std::string::npos
                                        ? url.host + ":" + url.port
                                        : "[" + url.host + "]:" + url.port);
  out.set(beast::http::field::user_agent, "trilogue");
  for (const auto& header : request.headers) out.set(header.name, header.value);
  out.body() = request.body;
  out.prepare_payload();
  return out;
}

// `Stream` is beast::tcp_stream, or a TLS stream over one.
template <class Stream>
class LiveResponse final : public Response {
 public:
  LiveResponse(std::unique_ptr<asio::ssl::context> tls, std::shared_ptr<Stream> stream)
      : tls_(std::move(tls)), stream_(std::move(stream)) {
    parser_.body_limit(boost::none);
  }

  asio::awaitable<beast::error_code> exchange(beast::http::request<beast::http::string_body> request) {
    const auto written = co_await beast::http::async_write(*stream_, request, kQuietly);
    if (std::get<0>(written)) co_return std::get<0>(written);
    const auto read = co_await beast::http::async_read_header(*stream_, buffer_, parser_, kQuietly);
    co_return std::get<0>(read);
  }

  int status() const override { return parser_.get().result_int(); }

  std::string_view header(std::string_view name) const override {
    const auto found = parser_.get().find(beast::string_view(name.data(), name.size()));
    if (found == parser_.get().end()) return {};
    return {found->value().data(), found->value().size()};
  }

  asio::awaitable<base::Result<std::string>> read_some(base::SteadyTime until) override {
    if (parser_.is_done()) co_return std::string();
    beast::get_lowest_layer(*stream_).expires_at(until);
    std::string bytes(kReadBytes, '\0');
    auto& body = parser_.get().body();
    body.data = bytes.data();
    body.size = bytes.size();
    body.more = true;
    const auto read = co_await beast::http::async_read_some(*stream_, buffer_, parser_, kQuietly);
    const beast::error_code error = std::get<0>(read);
    bytes.resize(bytes.size() - body.size);
    const bool fine = !error || error == beast::http::error::need_buffer;
    if (!fine && bytes.empty()) {
      const bool late = error == beast::error::timeout;
      co_return base::fail(
          late ? FailureKind::deadline : FailureKind::unavailable,
          late ? "The server has been silent for too long" : "The connection broke: " + error.message());
    }
    if (bytes.empty() && !parser_.is_done()) co_return co_await read_some(until);  // only a chunk's head came
    co_return bytes;
  }

  void close() override { beast::get_lowest_layer(*stream_).cancel(); }

 private:
  std::unique_ptr<asio::ssl::context> tls_;  // null without TLS; outlives the stream
  std::shared_ptr<Stream> stream_;  // held by nobody else, but watched by whoever may abort the fetch
  beast::flat_buffer buffer_;
  beast::http::response_parser<beast::http::buffer_body> parser_;
};

// What may end a fetch: first the look-up of the name, then the stream, which is closed, so that also a step
// that is only about to begin ends. `aborted` is for the moment in between.
template <class Stream>
std::function<void()> aborting(const Wait& wait, const std::shared_ptr<Stream>& stream,
                               const std::shared_ptr<bool>& aborted) {
  return [stop = wait.stopper(), weak = std::weak_ptr(stream), aborted] {
    *aborted = true;
    stop();
    if (const auto alive = weak.lock()) beast::get_lowest_layer(*alive).close();
  };
}

template <class Stream>
asio::awaitable<base::Result<void>> connect(std::shared_ptr<Stream> stream, Url url, base::SteadyTime until,
                                            OfferAbort offer_abort) {
  auto& socket = beast::get_lowest_layer(*stream);
  Wait lookup(socket.get_executor());
  const auto aborted = std::make_shared<bool>(false);
  if (offer_abort) offer_abort(aborting(lookup, stream, aborted));
  auto looking = look_up(url.host, url.port, lookup, until);
  const auto found = co_await std::move(looking);
  if (!found) co_return base::fail(found.error());
  if (*aborted) co_return unreachable(url, asio::error::operation_aborted);
  socket.expires_at(until);
  const auto connected = co_await socket.async_connect(*found, kQuietly);
  if (std::get<0>(connected)) co_return unreachable(url, std::get<0>(connected));
  beast::error_code closed;
  socket.socket().set_option(tcp::no_delay(true), closed);
  if (*aborted) co_return unreachable(url, asio::error::operation_aborted);
  co_return base::Result<void>();
}

using Fetched = base::Result<std::unique_ptr<Response>>;

// On a stream that is connected and whose handshake is done.
template <class Stream>
asio::awaitable<Fetched> ask(std::unique_ptr<asio::ssl::context> tls, std::shared_ptr<Stream> stream, Url url,
                             ClientRequest request) {
  auto response = std::make_unique<LiveResponse<Stream>>(std::move(tls), std::move(stream));
  auto message = as_beast(url, request);
  const auto error = co_await response->exchange(std::move(message));
  if (error) co_return unreachable(url, error);
  co_return std::unique_ptr<Response>(std::move(response));
}

asio::awaitable<Fetched> fetch_plain(Url url, ClientRequest request, base::SteadyTime until,
                                     OfferAbort offer_abort) {
  auto stream = std::make_shared<beast::tcp_stream>(co_await asio::this_coro::executor);
  auto connecting = connect(stream, url, until, std::move(offer_abort));
  const auto connected = co_await std::move(connecting);
  if (!connected) co_return base::fail(connected.error());
  auto asking = ask<beast::tcp_stream>(nullptr, std::move(stream), std::move(url), std::move(request));
  co_return co_await std::move(asking);
}

using TlsStream = beast::ssl_stream<beast::tcp_stream>;

asio::awaitable<Fetched> fetch_tls(Url url, ClientRequest request, base::SteadyTime until,
                                   OfferAbort offer_abort) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  tls->set_default_verify_paths();
  tls->set_verify_mode(asio::ssl::verify_peer);
  auto stream = std::make_shared<TlsStream>(co_await asio::this_coro::executor, *tls);
  stream->set_verify_callback(asio::ssl::host_name_verification(url.host));
  SSL_set_tlsext_host_name(stream->native_handle(), url.host.c_str());
  auto connecting = connect(stream, url, until, std::move(offer_abort));
  const auto connected = co_await std::move(connecting);
  if (!connected) co_return base::fail(connected.error());
  const auto shaken = co_await stream->async_handshake(asio::ssl::stream_base::client, kQuietly);
  if (std::get<0>(shaken)) co_return unreachable(url, std::get<0>(shaken));
  auto asking = ask(std::move(tls), std::move(stream), std::move(url), std::move(request));
  co_return co_await std::move(asking);
}

using FileStream = beast::basic_stream<asio::local::stream_protocol>;

}  // namespace

asio::awaitable<Fetched> fetch_local(std::string socket_file, ClientRequest request, base::SteadyTime until) {
  auto stream = std::make_shared<FileStream>(co_await asio::this_coro::executor);
  stream->expires_at(until);
  const auto unreached = [&socket_file](const std::string& reason) {
    return base::fail(FailureKind::not_found, "Cannot reach the server at " + socket_file + ": " + reason);
  };
  const SocketPath path(socket_file);
  if (!path.fits()) co_return unreached("its path is too long");
  const asio::local::stream_protocol::endpoint endpoint(path.text());
  const auto connected = co_await stream->async_connect(endpoint, kQuietly);
  if (std::get<0>(connected)) co_return unreached(std::get<0>(connected).message());
  Url here{false, "localhost", "0", ""};
  auto asking = ask<FileStream>(nullptr, std::move(stream), std::move(here), std::move(request));
  co_return co_await std::move(asking);
}

asio::awaitable<Fetched> fetch(Url url, ClientRequest request, base::SteadyTime until,
                               OfferAbort offer_abort) {
  request.target = url.path + request.target;
  auto fetching = url.tls ? fetch_tls(std::move(url), std::move(request), until, std::move(offer_abort))
                          : fetch_plain(std::move(url), std::move(request), until, std::move(offer_abort));
  co_return co_await std::move(fetching);
}

}  // namespace trilogue::http
