// One answer being written: chooses its tokens, reads them with the scanner, keeps its limits, and tells what
// happens as events. Knows nothing of batches and cells; a choice that lost its place in the pool just goes
// on from its text. Decode thread only.
#pragma once

#include <llama.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/failure.h"
#include "canon/event.h"
#include "engine/llama/nucleus.h"
#include "engine/llama/text_logprobs.h"
#include "engine/llama/token_chooser.h"
#include "engine/llama/vocabulary.h"
#include "engine/llama/writing_rules.h"
#include "engine/syntax/scanner.h"

namespace trilogue::engine::llama {

// What all choices of a request have in common. Immutable once the request is queued.
struct Terms {
  std::vector<llama_token> prompt;
  std::unique_ptr<const WritingRules> rules;  // which each of several choices copies; null for one
  std::vector<llama_token> atoms;             // marker tokens, sorted
  std::vector<llama_token> reasoning_end;     // closes the reasoning when its budget is spent
  int reasoning_budget = 0;                   // tokens
  int token_limit = 0;                        // of the output, at least 1
  bool seeded = false;
  std::string cache_salt;
};

class Choice final {
 public:
  // `rules`: its own; null where it copies those of the terms when it begins.
  Choice(int index, const Terms& terms, const Vocabulary& vocabulary, TokenChooser chooser,
         std::unique_ptr<WritingRules> rules, std::unique_ptr<syntax::Scanner> scanner);

  int index() const { return index_; }
  bool is_over() const { return over_; }
  bool has_begun() const { return begun_; }
  // Prompt and what was written: what the pool must hold before the next token can be chosen.
  const std::vector<llama_token>& text() const { return text_.empty() ? terms_.prompt : text_; }
  const Terms& terms() const { return terms_; }

  // Each appends its events to `out`. begin() once; take() with the logits of the last token of text().
  void begin(int cached_tokens, std::vector<canon::Event>& out);
  void take(std::span<float> logits, Nucleus& scratch, std::vector<canon::Event>& out);
  void cut(std::vector<canon::Event>& out);  // no room for another token
  void fail(base::Failure failure, std::vector<canon::Event>& out);

 private:
  void write(llama_token token, std::vector<canon::Event>& out);
  void close_spent_reasoning(std::vector<canon::Event>& out);
  void close_reasoning(std::vector<canon::Event>& out);
  void finish(canon::StopReason reason, std::vector<canon::Event>& out);
  void let_go();
  void tell(std::vector<canon::Event>& out);
  canon::Usage usage() const;

  const int index_;
  const Terms& terms_;
  const Vocabulary& vocabulary_;
  TokenChooser chooser_;
  // Both may be large, and a request has many choices: copied when it begins, gone when it is over.
  std::unique_ptr<WritingRules> rules_;
  std::vector<llama_token> text_;
  std::unique_ptr<syntax::Scanner> scanner_;
  int cached_tokens_ = 0;
  int output_tokens_ = 0;
  bool begun_ = false;
  bool over_ = false;
  std::vector<canon::Happening> happenings_;
  std::optional<canon::BlockKind> open_block_;
  TextLogprobs logprobs_;
};

}  // namespace trilogue::engine::llama
