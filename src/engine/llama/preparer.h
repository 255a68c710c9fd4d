// Makes a Generation of a request: renders and tokenises the prompt, checks it against the context, compiles
// the grammars, seeds the choices. Costs milliseconds, and seconds for the longest, so it has a thread of its
// own; used by that one only.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "canon/request.h"
#include "engine/llama/generation.h"
#include "engine/llama/model.h"
#include "engine/llama/prompt_writer.h"
#include "engine/patience.h"

namespace trilogue::engine::llama {

struct ReasoningBudgets;

class Preparer final {
 public:
  Preparer(const Model& model, std::unique_ptr<PromptWriter> writer, const ReasoningBudgets& budgets,
           int context_window, base::Random& random);

  // Without queue and seat, which are the caller's. Failures: what PromptWriter refuses; a prompt longer than
  // the context (path `messages`); a grammar that llama.cpp cannot read; cancelled, between two steps, when
  // it is no longer wanted.
  base::Result<std::unique_ptr<Generation>> prepare(const canon::Request& request,
                                                    const StillWanted& wanted) const;

  base::Result<int> count(const canon::Request& request, const StillWanted& wanted) const;

 private:
  // Refuses what cannot fit however it is cut into tokens: at once, so that nobody waits for its rendering,
  // and again when it is rendered, so that nobody waits for its cutting.
  base::Result<Prompt> written(const canon::Request& request, const StillWanted& wanted) const;
  base::Failure too_long(std::string_view tokens) const;
  base::Result<Terms> terms_of(const canon::Request& request, Prompt& prompt) const;
  int budget_of(const canon::Request& request) const;

  const Model& model_;
  std::unique_ptr<PromptWriter> writer_;
  const ReasoningBudgets& budgets_;
  int context_window_;
  std::size_t longest_token_;  // bytes
  base::Random& random_;
};

}  // namespace trilogue::engine::llama
