// What is done with a response after it was asked for: looked at, followed, listed, cancelled, deleted. One
// that another key made does not exist.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

// GET /v1/responses/{id}; with `stream=true` its events again, after `starting_after` or from the first, and
// those to come.
boost::asio::awaitable<void> show_response(Services& services, Call& call);

// DELETE /v1/responses/{id}; one that runs is cancelled first.
boost::asio::awaitable<void> delete_response(Services& services, Call& call);

// POST /v1/responses/{id}/cancel; of a background response only. Once it has ended, this changes nothing.
boost::asio::awaitable<void> cancel_response(Services& services, Call& call);

// GET /v1/responses/{id}/input_items
boost::asio::awaitable<void> list_input_items(Services& services, Call& call);

}  // namespace trilogue::serve
