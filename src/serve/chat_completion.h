// POST /v1/chat/completions: the way of one request, from its body to its answer.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> chat_completion(Services& services, Call& call);

}  // namespace trilogue::serve
