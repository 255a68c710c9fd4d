#include "dialect/chat/logprobs.h"

#include "dialect/token_logprobs.h"

namespace trilogue::dialect::chat {

void append_logprobs(std::string& out, const std::vector<canon::TokenLogprob>& tokens) {
  out += R"({"content":)";
  append_token_logprobs(out, tokens);
  out += R"(,"refusal":null})";
}

}  // namespace trilogue::dialect::chat
