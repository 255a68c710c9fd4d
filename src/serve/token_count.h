// POST /v1/token/count: how many tokens a conversation takes, by the model's own tokenizer and template.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> token_count(Services& services, Call& call);

}  // namespace trilogue::serve
