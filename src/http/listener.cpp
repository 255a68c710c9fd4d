#include "http/listener.h"

#include <boost/asio/ip/v6_only.hpp>
#include <utility>

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

base::Result<tcp::acceptor> bind_listener(asio::io_context& context, const std::string& address,
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
  return acceptor;
}

}  // namespace trilogue::http
