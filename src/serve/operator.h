// Lets the operator in on the admin routes: over the socket in the data directory, with the admin token, or
// in a console session. Also the routes that begin and end a session.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/result.h"
#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

// Failures: unauthenticated; forbidden, for a session's request that changes something without showing what
// only the console's own page knows.
base::Result<void> check_operator(Services& services, const http::Exchange& exchange);

boost::asio::awaitable<void> sign_in(Services& services, Call& call);
boost::asio::awaitable<void> show_session(Services& services, Call& call);
boost::asio::awaitable<void> sign_out(Services& services, Call& call);

// A link that opens the console once: its path, with the token in the fragment, which no log sees.
boost::asio::awaitable<void> make_link(Services& services, Call& call);

}  // namespace trilogue::serve
