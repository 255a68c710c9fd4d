#include "engine/llama/token_chooser.h"

#include <limits>
#include <string>

namespace trilogue::engine::llama {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr int kMostRejections = 64;  // tokens that would begin a call wrongly; more are never seen

float& at(std::span<float> logits, llama_token token) {
  return logits[static_cast<std::size_t>(token)];
}

}  // namespace

TokenChooser::TokenChooser(const Vocabulary& vocabulary, const canon::Sampling& sampling,
                           const canon::Limits& limits, std::uint32_t seed)
    : vocabulary_(vocabulary),
      sampling_(sampling),
      min_tokens_(limits.min_tokens),
      ignore_eos_(limits.ignore_eos),
      chance_(seed) {}

void TokenChooser::adjust(std::span<float> logits, int output_tokens) const {
  for (const auto& [token, bias] : sampling_.logit_bias) {
    if (vocabulary_.holds(token)) at(logits, token) += static_cast<float>(bias);
  }
  if (sampling_.frequency_penalty != 0 || sampling_.presence_penalty != 0) {
    for (const auto& [token, times] : written_) {
      at(logits, token) -=
          static_cast<float>(sampling_.frequency_penalty * times + sampling_.presence_penalty);
    }
  }
  if (ignore_eos_ || output_tokens < min_tokens_) {
    for (const llama_token end : vocabulary_.ends()) at(logits, end) = kNever;
  }
}

int TokenChooser::pick(std::span<const float> logits, Nucleus& scratch) {
  if (is_greedy()) return highest(logits);
  const double chance = static_cast<double>(chance_()) / 4294967296.0;
  return scratch.draw(logits, {sampling_.temperature, sampling_.top_p, sampling_.top_k}, chance);
}

std::optional<llama_token> TokenChooser::choose(std::span<float> logits, const WritingRules& rules,
                                                int output_tokens, Nucleus& scratch) {
  adjust(logits, output_tokens);
  for (int attempt = 0; attempt < kMostRejections; ++attempt) {
    const llama_token token = pick(logits, scratch);
    if (token < 0) return std::nullopt;
    if (rules.admits(token)) return token;
    // Checking one token is cheap, the whole vocabulary is not: only when the first choice was refused.
    if (rules.constrains()) {
      rules.mask(logits);
    }
    at(logits, token) = kNever;
  }
  return std::nullopt;
}

void TokenChooser::count(llama_token token) {
  if (sampling_.frequency_penalty != 0 || sampling_.presence_penalty != 0) ++written_[token];
}

Logprobs::Logprobs(std::span<const float> logits, int alternatives, Nucleus& scratch)
    : copy_(logits.begin(), logits.end()), log_sum_(log_sum_exp(logits)) {
  for (const int token : scratch.top(logits, alternatives)) {
    top_.push_back({token, static_cast<double>(logits[static_cast<std::size_t>(token)]) - log_sum_});
  }
}

canon::TokenLogprob Logprobs::of(llama_token token, const Vocabulary& vocabulary) const {
  canon::TokenLogprob out;
  out.bytes = std::string(vocabulary.bytes(token));
  out.logprob = static_cast<double>(copy_[static_cast<std::size_t>(token)]) - log_sum_;
  for (const auto& entry : top_)
    out.top.emplace_back(std::string(vocabulary.bytes(entry.token)), entry.logprob);
  return out;
}

}  // namespace trilogue::engine::llama
