// How the server is doing, for the operator: /admin/v1/status.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> show_status(Services& services, Call& call);

}  // namespace trilogue::serve
