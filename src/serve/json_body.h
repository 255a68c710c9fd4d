// Reads a request body that must be JSON.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/result.h"
#include "serve/call.h"

namespace trilogue::serve {

// Failures: unsupported_media_type when the content type is not application/json (a web page can send
// anything else without asking first), too_large over `most` bytes, and what the connection says.
boost::asio::awaitable<base::Result<std::string>> read_json_body(Call& call,
                                                                 std::size_t most = std::string::npos);

inline constexpr std::size_t kMostSettings = 1024 * 1024;  // bytes of what an operator says

}  // namespace trilogue::serve
