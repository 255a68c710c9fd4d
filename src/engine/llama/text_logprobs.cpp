#include "engine/llama/text_logprobs.h"

#include <algorithm>
#include <utility>

#include "wire/utf8.h"

namespace trilogue::engine::llama {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// The part of the token that the text begins with, or that begins with the text: all of it, or all but the
// whitespace that was trimmed from its front. Empty when it wrote nothing of the text.
std::string_view part_in(std::string_view token, std::string_view text) {
  for (;; token.remove_prefix(1)) {
    if (token.empty() || text.starts_with(token) || token.starts_with(text)) return token;
    if (!is_space(token.front())) return {};
  }
}

}  // namespace

std::vector<canon::TokenLogprob> TextLogprobs::take(std::string_view text) {
  std::vector<canon::TokenLogprob> told;
  // Held back whitespace comes out before the text that follows it, or never.
  if (text.starts_with(rest_)) text.remove_prefix(rest_.size());
  rest_.clear();
  while (!text.empty() && !waiting_.empty()) {
    canon::TokenLogprob token = std::move(waiting_.front());
    waiting_.pop_front();
    const bool replaced = text.starts_with(kReplacement) && !wire::is_valid_utf8(token.bytes);
    const std::string_view part = replaced ? kReplacement : part_in(token.bytes, text);
    if (part.empty()) continue;
    const std::size_t seen = std::min(part.size(), text.size());
    rest_ = part.substr(seen);
    text.remove_prefix(seen);
    told.push_back(std::move(token));
  }
  return told;
}

}  // namespace trilogue::engine::llama
