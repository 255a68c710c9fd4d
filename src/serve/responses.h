// POST /v1/responses: the way of one request, from its body to its answer, stored or not, in the background
// or not.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> create_response(Services& services, Call& call);

// POST /v1/responses/input_tokens
boost::asio::awaitable<void> count_input_tokens(Services& services, Call& call);

}  // namespace trilogue::serve
