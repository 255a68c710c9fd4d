// Shows a recording to one client: what is there from a number on, and what comes until its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "serve/call.h"
#include "serve/recording.h"

namespace trilogue::serve {

boost::asio::awaitable<void> follow(Call& call, std::shared_ptr<Recording> recording, int from);

}  // namespace trilogue::serve
