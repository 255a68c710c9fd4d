#include "engine/llama/writing_rules.h"

#include <algorithm>

namespace trilogue::engine::llama {

std::unique_ptr<WritingRules> WritingRules::make(const Vocabulary& vocabulary, const Prompt& prompt,
                                                 const std::vector<llama_token>& atoms) {
  auto rules = std::unique_ptr<WritingRules>(new WritingRules(vocabulary));
  if (!prompt.answer_grammar.empty()) {
    rules->answer_ = Grammar::compile(vocabulary, prompt.answer_grammar, atoms);
    if (!rules->answer_) return nullptr;
  }
  if (!prompt.call_grammar.empty() && !prompt.call_trigger.empty()) {
    rules->call_ = Grammar::compile(vocabulary, prompt.call_grammar, atoms, prompt.call_trigger_pattern);
    if (!rules->call_) return nullptr;
    rules->trigger_ = prompt.call_trigger;
    const auto in_trigger = [&](llama_token atom) {
      return prompt.call_trigger.find(vocabulary.bytes(atom)) != std::string::npos;
    };
    const auto atom = std::find_if(atoms.begin(), atoms.end(), in_trigger);
    if (atom != atoms.end()) rules->trigger_atom_ = *atom;
  }
  return rules;
}

std::unique_ptr<WritingRules> WritingRules::clone() const {
  auto copy = std::unique_ptr<WritingRules>(new WritingRules(vocabulary_));
  if (answer_) copy->answer_ = answer_->clone();
  if (call_) copy->call_ = call_->clone();
  copy->trigger_ = trigger_;
  copy->trigger_atom_ = trigger_atom_;
  copy->reasoning_ = reasoning_;
  copy->in_call_ = in_call_;
  copy->recent_ = recent_;
  copy->recent_bytes_ = recent_bytes_;
  return copy;
}

const Grammar* WritingRules::current() const {
  if (in_call_) return call_.get();
  return reasoning_ ? nullptr : answer_.get();
}

bool WritingRules::begins_call(llama_token token) const {
  if (!call_ || in_call_) return false;
  if (trigger_atom_ && token != *trigger_atom_ &&
      std::find(recent_.begin(), recent_.end(), *trigger_atom_) == recent_.end()) {
    return false;
  }
  std::string bytes = recent_bytes_;
  bytes += vocabulary_.bytes(token);
  return bytes.find(trigger_) != std::string::npos;
}

// Null when the token's own bytes after the trigger break the grammar.
std::unique_ptr<Grammar> WritingRules::call_begun_with(llama_token token) const {
  auto begun = call_->clone();
  for (const llama_token earlier : recent_) {
    if (!begun->accept(earlier)) return nullptr;
  }
  return begun->accept(token) ? std::move(begun) : nullptr;
}

bool WritingRules::admits(llama_token token) const {
  if (vocabulary_.is_end(token) && current() == nullptr) return true;
  if (const auto* grammar = current()) return grammar->admits(token);
  return !begins_call(token) || call_begun_with(token) != nullptr;
}

void WritingRules::mask(std::span<float> logits) const {
  if (const auto* grammar = current()) grammar->mask(logits);
}

void WritingRules::accept(llama_token token) {
  if (in_call_) {
    call_->accept(token);
    return;
  }
  if (begins_call(token)) {
    if (auto begun = call_begun_with(token)) {
      call_ = std::move(begun);
      in_call_ = true;
      return;
    }
  }
  if (!reasoning_ && answer_) answer_->accept(token);
  remember(token);
}

void WritingRules::remember(llama_token token) {
  if (!call_) return;
  recent_.push_back(token);
  recent_bytes_ += vocabulary_.bytes(token);
  // A trigger that is still open began in its last size-1 bytes at the earliest.
  while (!recent_.empty()) {
    const auto first = vocabulary_.bytes(recent_.front()).size();
    if (recent_bytes_.size() - first < trigger_.size() - 1) break;
    recent_bytes_.erase(0, first);
    recent_.erase(recent_.begin());
  }
}

}  // namespace trilogue::engine::llama
