// A rendered prompt to tokens. Markers that stand whole in it become their tokens, all else is text, whatever
// it spells; it is cut at the guard's separators, so that nothing forms across them. Const, any thread.
#pragma once

#include <llama.h>

#include <string_view>
#include <vector>

#include "engine/llama/marker_guard.h"

namespace trilogue::engine::llama {

// The tokens of a vocabulary whose text must only come from the template: control and unknown tokens, and
// user-defined ones that look like tags. (Others are runs of spaces or words, which hurt nobody.)
std::vector<MarkerToken> marker_tokens(const llama_vocab* vocab);

class Tokenizer final {
 public:
  // Both must outlive this.
  Tokenizer(const llama_vocab* vocab, const MarkerGuard& guard) : vocab_(vocab), guard_(guard) {}

  std::vector<llama_token> tokens_of(std::string_view rendered) const;

  // The same with a begin-of-sequence token in front where the vocabulary wants one and the template wrote
  // none.
  std::vector<llama_token> prompt_of(std::string_view rendered) const;

 private:
  void append_fragment(std::string_view fragment, std::vector<llama_token>& tokens) const;
  void append_text(std::string_view text, std::vector<llama_token>& tokens) const;

  const llama_vocab* vocab_;
  const MarkerGuard& guard_;
};

}  // namespace trilogue::engine::llama
