// The models that can be asked for, as OpenAI lists them with what agents want to know besides; for a client
// that sends `anthropic-version`, Anthropic's fields too.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> list_models(Services& services, Call& call);

boost::asio::awaitable<void> show_model(Services& services, Call& call);

}  // namespace trilogue::serve
