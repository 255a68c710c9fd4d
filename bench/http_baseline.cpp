// The bare loop that the server is measured against: Beast coroutines on one thread that read a request,
// parse its JSON and answer constant bytes. No limits, no timeouts, no streams: what the library alone can
// do.
//   http_baseline PORT
#include <simdjson.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kBodyBytes = 1024;

http::response<http::string_body> answer(bool valid) {
  http::response<http::string_body> response{valid ? http::status::ok : http::status::bad_request, 11};
  response.set(http::field::content_type, "application/json");
  response.body() = std::string(kBodyBytes, 'x');
  response.prepare_payload();
  return response;
}

asio::awaitable<void> serve(tcp::socket socket) {
  boost::beast::flat_buffer buffer;
  simdjson::dom::parser parser;
  socket.set_option(tcp::no_delay(true));
  for (;;) {
    http::request<http::string_body> request;
    error_code error;
    co_await http::async_read(socket, buffer, request, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    simdjson::dom::element document;
    const bool valid = parser.parse(request.body()).get(document) == simdjson::SUCCESS;
    auto response = answer(valid);
    co_await http::async_write(socket, response, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s PORT\n", arguments[0]);
    return 2;
  }
  asio::io_context loop(1);
  const auto port = static_cast<unsigned short>(std::atoi(arguments[1]));
  tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), port});
  asio::co_spawn(loop, accept(acceptor), asio::detached);
  loop.run();
}
