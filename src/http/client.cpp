#include "http/client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <utility>

namespace trilogue::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::FailureKind;

namespace {

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16 * 1024;

tl::unexpected<base::Failure> unreachable(const Url& url, const beast::error_code& error) {
  const bool late = error == beast::error::timeout;
  return base::fail(late ? FailureKind::deadline : FailureKind::unavailable,
                    "Cannot reach " + url.host + ":" + url.port + ": " + error.message());
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
  LiveResponse(std::unique_ptr<asio::ssl::context> tls, std::unique_ptr<Stream> stream)
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

  asio::awaitable<base::Result<std::string>> read_some() override {
    if (parser_.is_done()) co_return std::string();
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
      co_return base::fail(FailureKind::unavailable, "The connection broke: " + error.message());
    }
    if (bytes.empty() && !parser_.is_done()) co_return co_await read_some();  // only a chunk's head came
    co_return bytes;
  }

  void close() override { beast::get_lowest_layer(*stream_).cancel(); }

  Stream& stream() { return *stream_; }

 private:
  std::unique_ptr<asio::ssl::context> tls_;  // null without TLS; outlives the stream
  std::unique_ptr<Stream> stream_;
  beast::flat_buffer buffer_;
  beast::http::response_parser<beast::http::buffer_body> parser_;
};

asio::awaitable<beast::error_code> connect(beast::tcp_stream& stream, Url url) {
  tcp::resolver resolver(stream.get_executor());
  const auto found = co_await resolver.async_resolve(url.host, url.port, kQuietly);
  if (std::get<0>(found)) co_return std::get<0>(found);
  const auto connected = co_await stream.async_connect(std::get<1>(found), kQuietly);
  if (!std::get<0>(connected)) stream.socket().set_option(tcp::no_delay(true));
  co_return std::get<0>(connected);
}

asio::awaitable<base::Result<std::unique_ptr<Response>>> fetch_plain(Url url, ClientRequest request,
                                                                     base::SteadyTime until) {
  auto stream = std::make_unique<beast::tcp_stream>(co_await asio::this_coro::executor);
  stream->expires_at(until);
  beast::error_code error = co_await connect(*stream, url);
  if (error) co_return unreachable(url, error);
  auto response = std::make_unique<LiveResponse<beast::tcp_stream>>(nullptr, std::move(stream));
  auto message = as_beast(url, request);
  error = co_await response->exchange(std::move(message));
  if (error) co_return unreachable(url, error);
  response->stream().expires_never();
  co_return std::unique_ptr<Response>(std::move(response));
}

using TlsStream = beast::ssl_stream<beast::tcp_stream>;

asio::awaitable<base::Result<std::unique_ptr<Response>>> fetch_tls(Url url, ClientRequest request,
                                                                   base::SteadyTime until) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  tls->set_default_verify_paths();
  tls->set_verify_mode(asio::ssl::verify_peer);
  auto stream = std::make_unique<TlsStream>(co_await asio::this_coro::executor, *tls);
  stream->set_verify_callback(asio::ssl::host_name_verification(url.host));
  SSL_set_tlsext_host_name(stream->native_handle(), url.host.c_str());
  stream->next_layer().expires_at(until);
  beast::error_code error = co_await connect(stream->next_layer(), url);
  if (error) co_return unreachable(url, error);
  const auto shaken = co_await stream->async_handshake(asio::ssl::stream_base::client, kQuietly);
  if (std::get<0>(shaken)) co_return unreachable(url, std::get<0>(shaken));
  auto response = std::make_unique<LiveResponse<TlsStream>>(std::move(tls), std::move(stream));
  auto message = as_beast(url, request);
  error = co_await response->exchange(std::move(message));
  if (error) co_return unreachable(url, error);
  response->stream().next_layer().expires_never();
  co_return std::unique_ptr<Response>(std::move(response));
}

}  // namespace

asio::awaitable<base::Result<std::unique_ptr<Response>>> fetch(Url url, ClientRequest request,
                                                               base::SteadyTime until) {
  request.target = url.path + request.target;
  if (url.tls) co_return co_await fetch_tls(std::move(url), std::move(request), until);
  co_return co_await fetch_plain(std::move(url), std::move(request), until);
}

}  // namespace trilogue::http
