#include "engine/llama/vocabulary.h"

#include <algorithm>
#include <array>

namespace trilogue::engine::llama {
namespace {

void append_piece(const llama_vocab* vocab, llama_token token, std::string& out) {
  const std::size_t at = out.size();
  out.resize(at + 64);
  int length = llama_token_to_piece(vocab, token, out.data() + at, 64, 0, true);
  if (length < 0) {
    out.resize(at + static_cast<std::size_t>(-length));
    length = llama_token_to_piece(vocab, token, out.data() + at, -length, 0, true);
  }
  out.resize(at + static_cast<std::size_t>(std::max(length, 0)));
}

}  // namespace

Vocabulary::Vocabulary(const llama_vocab* vocab) : vocab_(vocab) {
  const int tokens = llama_vocab_n_tokens(vocab);
  begins_.reserve(static_cast<std::size_t>(tokens) + 1);
  kinds_.reserve(static_cast<std::size_t>(tokens));
  for (llama_token token = 0; token < tokens; ++token) {
    begins_.push_back(static_cast<std::uint32_t>(text_.size()));
    append_piece(vocab, token, text_);
    const bool control = llama_vocab_is_control(vocab, token);
    const bool end = llama_vocab_is_eog(vocab, token);
    kinds_.push_back(static_cast<std::uint8_t>((control ? kControl : 0) | (end ? kEnd : 0)));
    if (control) controls_.push_back(token);
    if (end) ends_.push_back(token);
  }
  begins_.push_back(static_cast<std::uint32_t>(text_.size()));
}

std::vector<llama_token> Vocabulary::tokens_of(const std::vector<std::string>& texts) const {
  std::vector<llama_token> out;
  for (const auto& text : texts) {
    std::array<llama_token, 2> found{};
    const int count = llama_tokenize(vocab_, text.data(), static_cast<int>(text.size()), found.data(),
                                     static_cast<int>(found.size()), false, true);
    if (count == 1 && bytes(found[0]) == text) out.push_back(found[0]);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace trilogue::engine::llama
