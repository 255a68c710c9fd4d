// Is the process alive, can it serve, and the words at the root of the server.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> health(Services& services, Call& call);

// 503 once the server is on its way out, so that a balancer sends nobody here.
boost::asio::awaitable<void> ready(Services& services, Call& call);

boost::asio::awaitable<void> greet(Services& services, Call& call);

}  // namespace trilogue::serve
