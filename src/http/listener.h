// Binds an address for listening, and says for a person why it cannot.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace trilogue::http {

// `address` is an IP address or "localhost". Failures: invalid_request (no such address), forbidden (the port
// needs rights), unavailable (the port is taken).
base::Result<boost::asio::ip::tcp::acceptor> bind_listener(boost::asio::io_context& context,
                                                           const std::string& address, std::uint16_t port);

}  // namespace trilogue::http
