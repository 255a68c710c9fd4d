// What one choice may write next, by its grammars: the answer's from the end of the reasoning on, the calls'
// from the moment a call begins. Used by the decode thread only.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/llama/grammar.h"
#include "engine/llama/prompt.h"
#include "engine/llama/vocabulary.h"

namespace trilogue::engine::llama {

class WritingRules final {
 public:
  // Null when a grammar of the prompt cannot be compiled.
  static std::unique_ptr<WritingRules> make(const Vocabulary& vocabulary, const Prompt& prompt,
                                            const std::vector<llama_token>& atoms);
  std::unique_ptr<WritingRules> clone() const;

  // Tell before each token whether it is still reasoning: the answer's grammar sleeps until then.
  void set_reasoning(bool reasoning) { reasoning_ = reasoning; }

  bool admits(llama_token token) const;
  // True when the answer has a form, so that a turn cannot end before it was given.
  bool owes_answer() const { return answer_ != nullptr; }
  // True when a grammar holds now, so that mask() leaves only what may be written.
  bool constrains() const { return current() != nullptr; }
  void mask(std::span<float> logits) const;
  void accept(llama_token token);

 private:
  explicit WritingRules(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}
  const Grammar* current() const;
  bool begins_call(llama_token token) const;
  std::unique_ptr<Grammar> call_begun_with(llama_token token) const;
  void remember(llama_token token);

  const Vocabulary& vocabulary_;
  std::unique_ptr<Grammar> answer_;
  std::unique_ptr<Grammar> call_;  // waits for the trigger while !in_call_
  std::string trigger_;
  // The marker token in the trigger, where it holds one: then its spelling alone begins nothing.
  std::optional<llama_token> trigger_atom_;
  bool reasoning_ = false;
  bool in_call_ = false;
  std::vector<llama_token> recent_;  // the tokens in which a trigger may have begun
  std::string recent_bytes_;
};

}  // namespace trilogue::engine::llama
