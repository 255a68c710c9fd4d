// Chooses the next token of one choice from its logits: bias, penalties, the ends that are not allowed yet,
// temperature, top-k, top-p, chance, grammar. The same logits and seed give the same token. Decode thread
// only.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <unordered_map>
#include <vector>

#include "canon/event.h"
#include "canon/request.h"
#include "engine/llama/nucleus.h"
#include "engine/llama/vocabulary.h"
#include "engine/llama/writing_rules.h"

namespace trilogue::engine::llama {

class TokenChooser final {
 public:
  TokenChooser(const Vocabulary& vocabulary, const canon::Sampling& sampling, const canon::Limits& limits,
               std::uint32_t seed);

  // Changes `logits` on the way. Nothing when no token may stand here: the answer is then over.
  std::optional<llama_token> choose(std::span<float> logits, const WritingRules& rules, int output_tokens,
                                    Nucleus& scratch);

  // Counts a token that was written, for the penalties.
  void count(llama_token token);

  // Log-probabilities are taken as the model gave them: before choose() changes the logits.
  bool wants_logprobs() const { return sampling_.logprobs.has_value(); }
  int alternatives() const { return sampling_.logprobs.value_or(0); }

 private:
  void adjust(std::span<float> logits, int output_tokens) const;
  int pick(std::span<const float> logits, Nucleus& scratch);
  bool is_greedy() const { return sampling_.temperature <= 0; }

  const Vocabulary& vocabulary_;
  canon::Sampling sampling_;
  int min_tokens_;
  bool ignore_eos_;
  std::mt19937 chance_;
  std::unordered_map<llama_token, int> written_;
};

// The log-probability of every token, kept until the one that was chosen is known.
class Logprobs final {
 public:
  Logprobs(std::span<const float> logits, int alternatives, Nucleus& scratch);
  canon::TokenLogprob of(llama_token token, const Vocabulary& vocabulary) const;

 private:
  struct Entry {
    llama_token token;
    double logprob;
  };
  std::vector<float> copy_;  // choose() writes into the logits it was given
  double log_sum_;
  std::vector<Entry> top_;
};

}  // namespace trilogue::engine::llama
