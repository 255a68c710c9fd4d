#include "http/listener.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <utility>

#include "http/socket_path.h"

namespace trilogue::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using base::fail;
using base::FailureKind;
using boost::system::error_code;

namespace {

tl::unexpected<base::Failure> explain(const error_code& error, const std::string& address,
                                      std::uint16_t port) {
  const auto number = std::to_string(port);
  if (error == asio::error::address_in_use) {
    return fail(FailureKind::unavailable,
                "port " + number + " on " + address +
                    " is in use by another program; stop it or choose another port");
  }
  if (error == asio::error::access_denied) {
    return fail(FailureKind::forbidden,
                "listening on port " + number + " is not allowed for this user; choose a port from 1024 on");
  }
  if (error == boost::system::errc::address_not_available) {
    return fail(FailureKind::invalid_request,
                "this machine has no address " + address + "; 127.0.0.1 and 0.0.0.0 always work");
  }
  return fail(FailureKind::internal,
              "cannot listen on " + address + " port " + number + ": " + error.message());
}

}  // namespace

base::Result<Acceptor> bind_listener(asio::io_context& context, const std::string& address,
                                     std::uint16_t port) {
  error_code error;
  const auto ip = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
  if (error) {
    return fail(
        FailureKind::invalid_request,
        "cannot listen on \"" + address + "\": it is not an IP address (such as 127.0.0.1 or 0.0.0.0)");
  }
  const tcp::endpoint endpoint(ip, port);
  tcp::acceptor acceptor(context);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && ip.is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(4096, error);
  if (error) return explain(error, address, port);
  return Acceptor(std::move(acceptor));
}

base::Result<Acceptor> bind_file(asio::io_context& context, const std::string& file) {
  using asio::local::stream_protocol;
  const auto refuse = [&file](const std::string& reason) {
    return fail(FailureKind::unavailable, "cannot listen on the socket file " + file + ": " + reason);
  };
  const SocketPath path(file);
  if (!path.fits()) return refuse("its path is too long");
  ::unlink(file.c_str());
  error_code error;
  stream_protocol::acceptor acceptor(context);
  acceptor.open(stream_protocol(), error);
  if (!error) acceptor.bind(stream_protocol::endpoint(path.text()), error);
  // Nobody can connect before it listens.
  if (!error && ::chmod(file.c_str(), S_IRUSR | S_IWUSR) != 0)
    error.assign(errno, boost::system::system_category());
  if (!error) acceptor.listen(64, error);
  if (error) return refuse(error.message());
  return Acceptor(std::move(acceptor));
}

}  // namespace trilogue::http
