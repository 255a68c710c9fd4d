// What is left of the caller's budget: /v1/accounts.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> show_account(Services& services, Call& call);

}  // namespace trilogue::serve
