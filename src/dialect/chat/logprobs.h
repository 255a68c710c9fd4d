// How likely each token of the text was, as Chat Completions writes it. For the encoders of this folder.
#pragma once

#include <string>
#include <vector>

#include "canon/event.h"

namespace trilogue::dialect::chat {

// {"content":[…],"refusal":null}, the tokens as dialect/token_logprobs.h writes them.
void append_logprobs(std::string& out, const std::vector<canon::TokenLogprob>& tokens);

}  // namespace trilogue::dialect::chat
