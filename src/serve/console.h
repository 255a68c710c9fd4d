// The console's page: files that are the same for everybody. What it shows comes from the operator's API.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> show_console(Services& services, Call& call);

}  // namespace trilogue::serve
