// Which of an answer's tokens are in its text: markers, the newline behind the reasoning and whitespace
// before a call are not, and what is held back comes later. Belongs to one choice; decode thread only.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "canon/event.h"

namespace trilogue::engine::llama {

class TextLogprobs final {
 public:
  // A token of the answer, whether it will be seen or not.
  void add(canon::TokenLogprob token) { waiting_.push_back(std::move(token)); }

  // The tokens that wrote this next piece of the text. Those before it that are no part of it are dropped.
  std::vector<canon::TokenLogprob> take(std::string_view text);

 private:
  std::deque<canon::TokenLogprob> waiting_;
  std::string rest_;  // of the last token told: text that has not come out yet
};

}  // namespace trilogue::engine::llama
