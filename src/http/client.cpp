#include "http/client.h"

#include <boost/asio/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <optional>
#include <utility>

namespace trilogue::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using base::FailureKind;
using base::Result;
using boost::system::error_code;

namespace {

// For Beast's parser: the part of a body that has come and was not taken yet.
struct Piece {
  using value_type = std::string;
  class Reader {
   public:
    template <bool is_request, class Fields>
    Reader(beast::http::header<is_request, Fields>&, std::string& piece) : piece_(piece) {}

    void init(const boost::optional<std::uint64_t>&, error_code& error) { error = {}; }
    std::size_t put(asio::const_buffer bytes, error_code& error) {
      error = {};
      piece_.append(static_cast<const char*>(bytes.data()), bytes.size());
      return bytes.size();
    }
    void finish(error_code& error) { error = {}; }

   private:
    std::string& piece_;
  };
  using reader = Reader;
};

std::string as_text(const std::string& host, const ClientRequest& request) {
  HeaderLines lines;
  lines.add("Host", host);
  lines.add("User-Agent", "trilogue");
  for (const auto& header : request.headers) lines.add(header.name, header.value);
  if (!request.body.empty() || request.method == "POST") {
    lines.add("Content-Length", static_cast<std::int64_t>(request.body.size()));
  }
  return request.method + " " + request.target + " HTTP/1.1\r\n" + lines.text() + "\r\n" + request.body;
}

class LiveResponse final : public Response {
 public:
  explicit LiveResponse(std::shared_ptr<ByteStream> stream) : stream_(std::move(stream)) {
    parser_.body_limit(boost::none);
    parser_.eager(true);
  }

  asio::awaitable<Result<void>> exchange(std::string request, base::SteadyTime until) {
    auto writing = stream_->write(std::move(request), until);
    const auto written = co_await std::move(writing);
    if (!written) co_return written;
    while (!parser_.is_header_done()) {
      const auto pulled = co_await pull(until);
      if (!pulled) co_return pulled;
    }
    co_return Result<void>();
  }

  int status() const override { return static_cast<int>(parser_.get().result_int()); }

  std::string_view header(std::string_view name) const override {
    const auto found = parser_.get().find(beast::string_view(name.data(), name.size()));
    if (found == parser_.get().end()) return {};
    return {found->value().data(), found->value().size()};
  }

  asio::awaitable<Result<std::string>> read_some(base::SteadyTime until) override {
    while (parser_.get().body().empty() && !parser_.is_done()) {
      const auto pulled = co_await pull(until);
      if (pulled) continue;
      const bool late = pulled.error().kind == FailureKind::deadline;
      co_return base::fail(late ? FailureKind::deadline : FailureKind::unavailable,
                           late ? "The server has been silent for too long"
                                : "The connection broke: " + pulled.error().message);
    }
    co_return std::exchange(parser_.get().body(), {});
  }

  void close() override { stream_->close(); }

 private:
  // Waits for bytes and reads them.
  asio::awaitable<Result<void>> pull(base::SteadyTime until) {
    auto reading = stream_->read_some(until);
    const auto bytes = co_await std::move(reading);
    if (!bytes) co_return base::fail(bytes.error());
    error_code error;
    if (bytes->empty() && !parser_.got_some()) {
      error = asio::error::eof;
    } else if (bytes->empty()) {
      parser_.put_eof(error);
    } else {
      unread_ += *bytes;
      unread_.erase(0, parser_.put(asio::buffer(unread_), error));
      if (error == beast::http::error::need_more) error = {};
    }
    if (error) co_return base::fail(FailureKind::unavailable, error.message());
    co_return Result<void>();
  }

  std::shared_ptr<ByteStream> stream_;
  beast::http::response_parser<Piece> parser_;
  std::string unread_;  // the beginning of what is not complete
};

using Fetched = Result<std::unique_ptr<Response>>;

// Failure: the bare reason.
asio::awaitable<Fetched> ask(std::shared_ptr<ByteStream> stream, std::string request,
                             base::SteadyTime until) {
  auto response = std::make_unique<LiveResponse>(std::move(stream));
  auto exchanging = response->exchange(std::move(request), until);
  const auto exchanged = co_await std::move(exchanging);
  if (!exchanged) co_return base::fail(exchanged.error());
  co_return std::unique_ptr<Response>(std::move(response));
}

std::string in_brackets(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

asio::awaitable<Fetched> fetch_local(std::string socket_file, ClientRequest request, base::SteadyTime until) {
  const Place place{.file = std::move(socket_file)};
  auto dialling = dial(place, until);
  auto stream = co_await std::move(dialling);
  if (!stream) co_return base::fail(FailureKind::not_found, stream.error().message);
  auto asking = ask(std::move(*stream), as_text("localhost", request), until);
  auto response = co_await std::move(asking);
  if (!response) co_return unreachable(place, std::move(response.error()));
  co_return response;
}

asio::awaitable<Fetched> fetch(Url url, ClientRequest request, base::SteadyTime until,
                               OfferAbort offer_abort) {
  request.target = url.path + request.target;
  const Place place{.tls = url.tls, .host = url.host, .port = url.port};
  auto dialling = dial(place, until, std::move(offer_abort));
  auto stream = co_await std::move(dialling);
  if (!stream) co_return base::fail(stream.error());
  auto asking = ask(std::move(*stream), as_text(in_brackets(url.host) + ":" + url.port, request), until);
  auto response = co_await std::move(asking);
  if (!response) co_return unreachable(place, std::move(response.error()));
  co_return response;
}

}  // namespace trilogue::http
