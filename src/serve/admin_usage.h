// What was used, for the operator: /admin/v1/usage and /admin/v1/requests.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> show_usage(Services& services, Call& call);
boost::asio::awaitable<void> list_requests(Services& services, Call& call);
boost::asio::awaitable<void> show_request(Services& services, Call& call);

}  // namespace trilogue::serve
