// Draws one token from logits: temperature, then top-k, then top-p (the order of vLLM and Hugging Face), then
// chance. Linear in the vocabulary: nothing is sorted, the nucleus is found by partition. Pure arithmetic, no
// model library; one Nucleus is scratch space of one thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace trilogue::engine::llama {

// The index of the highest logit (the first of equals), or -1 when none is above -infinity.
int highest(std::span<const float> logits);

// ln Σ exp(logit): what turns a logit into a log-probability.
double log_sum_exp(std::span<const float> logits);

struct DrawRules {
  double temperature = 1;  // > 0
  double top_p = 1;
  int top_k = 0;
};

class Nucleus final {
 public:
  // `chance` in [0, 1) picks the token. -1 when no logit is above -infinity.
  int draw(std::span<const float> logits, const DrawRules& rules, double chance);

  // The indices of the `count` highest logits, highest first.
  std::vector<int> top(std::span<const float> logits, int count);

 private:
  struct Candidate {
    int token;
    float weight;
  };
  void gather(std::span<const float> logits, float highest_logit, double temperature);
  void keep_top_k(int top_k);
  double keep_top_p(double top_p, double total);

  std::vector<Candidate> candidates_;
};

}  // namespace trilogue::engine::llama
