// POST /v1/token/count: how many tokens a conversation takes, by the model's own tokenizer and template.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/result.h"
#include "canon/request.h"
#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

// Tokens of the prompt that a settled request would make, for any API. Waits as long as the call may.
// Failures: whatever the engine refuses, deadline, cancelled.
boost::asio::awaitable<base::Result<int>> count_prompt(Call& call, const Model& model,
                                                       canon::Request request);

boost::asio::awaitable<void> token_count(Services& services, Call& call);

}  // namespace trilogue::serve
