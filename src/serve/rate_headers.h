// The headers that tell a limited key how much it has left, in the words of the API that it calls.
#pragma once

#include <string>

#include "admission/meter.h"
#include "base/clock.h"
#include "http/message.h"
#include "serve/call.h"

namespace trilogue::serve {

// `x-ratelimit-*` with durations like `6m0s` (OpenAI), or on Messages `anthropic-ratelimit-*` with RFC 3339
// times. None for a kind that is not limited.
void add_rate(http::HeaderLines& headers, Api api, const admission::RateState& state, base::WallTime now);

// Those of both APIs, in one line: `x-ratelimit-limit-requests, …`.
std::string rate_header_names();

}  // namespace trilogue::serve
