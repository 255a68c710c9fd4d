// How likely each token of the text was, as Chat Completions writes it. For the encoders of this folder.
#pragma once

#include <string>
#include <vector>

#include "canon/event.h"

namespace trilogue::dialect::chat {

// {"content":[{"token","logprob","bytes","top_logprobs"}],"refusal":null}. A token that is only part of a
// character shows as U+FFFD in `token`; `bytes` is exact. An impossible token has -9999, as with OpenAI.
void append_logprobs(std::string& out, const std::vector<canon::TokenLogprob>& tokens);

}  // namespace trilogue::dialect::chat
