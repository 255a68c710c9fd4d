#include "engine/llama/tokenizer.h"

#include <string>

namespace trilogue::engine::llama {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool looks_like_tag(std::string_view text) {
  return text.size() > 2 && text.find_first_of("<[|") != std::string_view::npos;
}

}  // namespace

std::vector<MarkerToken> marker_tokens(const llama_vocab* vocab) {
  std::vector<MarkerToken> markers;
  const int count = llama_vocab_n_tokens(vocab);
  for (llama_token id = 0; id < count; ++id) {
    const auto attributes = static_cast<unsigned>(llama_vocab_get_attr(vocab, id));
    const std::string text = llama_vocab_get_text(vocab, id);
    const bool control = (attributes & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN)) != 0;
    const bool tag = (attributes & LLAMA_TOKEN_ATTR_USER_DEFINED) != 0 && looks_like_tag(text);
    if (text.empty() || !(control || tag)) continue;
    markers.push_back({.text = text,
                       .id = id,
                       .control = control,
                       .strips_before = (attributes & LLAMA_TOKEN_ATTR_LSTRIP) != 0,
                       .strips_after = (attributes & LLAMA_TOKEN_ATTR_RSTRIP) != 0});
  }
  return markers;
}

std::vector<llama_token> Tokenizer::prompt_of(std::string_view rendered) const {
  std::vector<llama_token> tokens = tokens_of(rendered);
  const llama_token begin = llama_vocab_bos(vocab_);
  const bool wanted = llama_vocab_get_add_bos(vocab_) && begin != LLAMA_TOKEN_NULL;
  if (wanted && (tokens.empty() || tokens.front() != begin)) tokens.insert(tokens.begin(), begin);
  return tokens;
}

std::vector<llama_token> Tokenizer::tokens_of(std::string_view rendered) const {
  std::vector<llama_token> tokens;
  while (!rendered.empty()) {
    const std::size_t end = rendered.find(kSeparator);
    append_fragment(rendered.substr(0, end), tokens);
    rendered.remove_prefix(end == std::string_view::npos ? rendered.size() : end + kSeparator.size());
  }
  return tokens;
}

void Tokenizer::append_fragment(std::string_view fragment, std::vector<llama_token>& tokens) const {
  std::size_t text_from = 0;
  for (std::size_t at = 0; at < fragment.size();) {
    const MarkerToken* marker = guard_.marker_at(fragment, at);
    if (marker == nullptr) {
      ++at;
      continue;
    }
    std::string_view before = fragment.substr(text_from, at - text_from);
    if (marker->strips_before) before = before.substr(0, before.find_last_not_of(kSpace) + 1);
    append_text(before, tokens);
    tokens.push_back(marker->id);
    at += marker->text.size();
    if (marker->strips_after) at = std::min(fragment.find_first_not_of(kSpace, at), fragment.size());
    text_from = at;
  }
  append_text(fragment.substr(text_from), tokens);
}

void Tokenizer::append_text(std::string_view text, std::vector<llama_token>& tokens) const {
  if (text.empty()) return;
  const std::size_t before = tokens.size();
  tokens.resize(before + text.size() + 2);
  const auto room = static_cast<int>(tokens.size() - before);
  int count = llama_tokenize(vocab_, text.data(), static_cast<int>(text.size()), tokens.data() + before, room,
                             false, false);
  if (count < 0) {
    tokens.resize(before + static_cast<std::size_t>(-count));
    count = llama_tokenize(vocab_, text.data(), static_cast<int>(text.size()), tokens.data() + before, -count,
                           false, false);
  }
  tokens.resize(before + static_cast<std::size_t>(std::max(count, 0)));
}

}  // namespace trilogue::engine::llama
