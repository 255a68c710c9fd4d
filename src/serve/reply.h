// Writes the answers that are no stream: JSON bodies and failures in the words of the call's API, with the
// headers that every reply carries.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/random.h"
#include "serve/call.h"

namespace trilogue::serve {

// Those of the call, which has them no more (it is answered once), and what is left of its key's limits.
http::HeaderLines take_headers(Call& call);

boost::asio::awaitable<void> reply_json(Call& call, std::string body, int status = 200);

boost::asio::awaitable<void> reply_failure(Call& call, base::Failure failure);

// The reply that a failure becomes in the words of an API. `request_id`: the trace id, for the bodies that
// carry it.
http::Reply failure_reply(Api api, const base::Failure& failure, std::string_view request_id);

// What the connection itself refuses, before there is a call: a broken head, too many connections. It gets a
// trace id of its own. Any thread.
http::Reply refusal(base::Random& random, int status, std::string_view reason);

// The headers that name a trace.
void add_trace(http::HeaderLines& headers, const std::string& trace_id);

// The one word of a failure's kind in log lines.
std::string_view outcome_word(base::FailureKind kind);

}  // namespace trilogue::serve
