// How likely each token was, as the dialects of OpenAI write it. For their encoders. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "canon/event.h"

namespace trilogue::dialect {

// [{"token","logprob","bytes","top_logprobs"}]. A token that is only part of a character shows as U+FFFD in
// `token`; `bytes` is exact. An impossible token has -9999, as with OpenAI.
void append_token_logprobs(std::string& out, const std::vector<canon::TokenLogprob>& tokens);

}  // namespace trilogue::dialect
