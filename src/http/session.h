// The life of one connection, from handshake to goodbye: request after request, each given to the handler.
// Runs on the I/O thread that the connection was given to. Throws nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "http/connection.h"
#include "http/service.h"

namespace trilogue::http {

boost::asio::awaitable<void> serve_connection(std::shared_ptr<Connection> connection, Service service);

}  // namespace trilogue::http
