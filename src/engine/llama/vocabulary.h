// The words of a model, read once: the bytes of every token, which tokens are markers, which end an answer.
// Belongs to its Model; immutable, so any thread may read it.
#pragma once

#include <llama.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trilogue::engine::llama {

class Vocabulary final {
 public:
  explicit Vocabulary(const llama_vocab* vocab);

  const llama_vocab* raw() const { return vocab_; }
  int size() const { return static_cast<int>(kinds_.size()); }
  bool holds(llama_token token) const { return token >= 0 && token < size(); }

  // What the token writes; markers too. Part of a character, maybe.
  std::string_view bytes(llama_token token) const {
    const auto i = static_cast<std::size_t>(token);
    return std::string_view(text_).substr(begins_[i], begins_[i + 1] - begins_[i]);
  }

  bool is_control(llama_token token) const {
    return (kinds_[static_cast<std::size_t>(token)] & kControl) != 0;
  }
  bool is_end(llama_token token) const { return (kinds_[static_cast<std::size_t>(token)] & kEnd) != 0; }
  const std::vector<llama_token>& controls() const { return controls_; }
  const std::vector<llama_token>& ends() const { return ends_; }

  // The tokens that stand for these texts, each as a whole; texts without such a token are left out. Sorted.
  std::vector<llama_token> tokens_of(const std::vector<std::string>& texts) const;

 private:
  static constexpr std::uint8_t kControl = 1;
  static constexpr std::uint8_t kEnd = 2;

  const llama_vocab* vocab_;
  std::string text_;                   // the bytes of all tokens, one after another
  std::vector<std::uint32_t> begins_;  // in text_, one more than tokens
  std::vector<std::uint8_t> kinds_;
  std::vector<llama_token> controls_;
  std::vector<llama_token> ends_;
};

}  // namespace trilogue::engine::llama
