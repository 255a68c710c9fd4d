// A GBNF grammar and how far a text has come in it. Belongs to one choice; made on the preparing thread, used
// on the decode thread. Never lets through a marker that the grammar does not spell out.
#pragma once

#include <llama.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/llama/marker_guard.h"
#include "engine/llama/vocabulary.h"

namespace trilogue::engine::llama {

// The library's own way to ask for a certain token in a grammar.
std::string token_terminal(llama_token token);

// A grammar of engine/syntax, where markers stand in literals in the inner spelling, with the tokens that
// they are in their place.
std::string with_marker_tokens(const std::string& gbnf, const std::vector<MarkerToken>& markers);

class Grammar final {
 public:
  // Null when the text is not a grammar. `atoms`: the tokens that are markers, sorted. With a trigger pattern
  // (a regular expression with one group) it lets everything through until accept() was called with tokens
  // that match, and begins at that group, wherever in a token it stands.
  static std::unique_ptr<Grammar> compile(const Vocabulary& vocabulary, const std::string& gbnf,
                                          const std::vector<llama_token>& atoms,
                                          const std::string& trigger_pattern = {});
  std::unique_ptr<Grammar> clone() const;

  bool admits(llama_token token) const;
  // Takes every token that may not come out of `logits`: -infinity.
  void mask(std::span<float> logits) const;
  // False when the token cannot stand here; the grammar is then of no further use.
  bool accept(llama_token token);

 private:
  struct Free {
    void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
  };
  using Handle = std::unique_ptr<llama_sampler, Free>;

  Grammar(const Vocabulary& vocabulary, Handle sampler)
      : vocabulary_(vocabulary), sampler_(std::move(sampler)) {}
  bool is_banned(llama_token token) const;
  // llama.cpp decodes bytes one by one and takes overlong forms for the character that they spell.
  bool is_text(llama_token token) const;

  const Vocabulary& vocabulary_;
  Handle sampler_;
  std::vector<llama_token> banned_;  // sorted: markers that the grammar does not spell
  std::string begun_;                // the bytes of a character whose rest has not come yet
};

}  // namespace trilogue::engine::llama
