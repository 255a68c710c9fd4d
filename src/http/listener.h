// Binds an address or a socket file for listening, and says for a person why it cannot.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace trilogue::http {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

// `address` is an IP address or "localhost". Failures: invalid_request (no such address), forbidden (the port
// needs rights), unavailable (the port is taken).
base::Result<Acceptor> bind_listener(boost::asio::io_context& context, const std::string& address,
                                     std::uint16_t port);

// Makes the socket file, for its owner alone; one that a dead server left there goes. Failure: unavailable.
base::Result<Acceptor> bind_file(boost::asio::io_context& context, const std::string& file);

}  // namespace trilogue::http
