// POST /v1/messages and POST /v1/messages/count_tokens: the way of one request, from its body to its answer.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> create_message(Services& services, Call& call);

boost::asio::awaitable<void> count_message_tokens(Services& services, Call& call);

}  // namespace trilogue::serve
