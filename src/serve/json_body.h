// Reads a request body that must be JSON.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/result.h"
#include "serve/call.h"

namespace trilogue::serve {

// Failures: unsupported_media_type when the content type is not application/json (a web page can send
// anything else without asking first), and what the connection says.
boost::asio::awaitable<base::Result<std::string>> read_json_body(Call& call);

}  // namespace trilogue::serve
