// Turns a canonical request into a Prompt by the model's own template, so that text from a caller never
// becomes a control token: only the template writes markers. Built once per model; write() is const and may
// be called from any one thread at a time.
#pragma once

#include <llama.h>

#include <cstddef>
#include <limits>
#include <memory>

#include "base/result.h"
#include "canon/request.h"
#include "engine/llama/prompt.h"
#include "engine/patience.h"

namespace trilogue::engine::llama {

// When to stop writing a prompt before it is done.
struct WritingLimits {
  StillWanted wanted = [] { return true; };                          // asked between two steps
  std::size_t most_bytes = std::numeric_limits<std::size_t>::max();  // more can be no prompt that fits
};

class PromptWriter final {
 public:
  // Reads and probes the model's template. Fails for a model without one, or with one that cannot be
  // rendered.
  static base::Result<std::unique_ptr<PromptWriter>> for_model(const llama_model* model);
  // The same with a template that is not the model's own; the vocabulary must outlive the writer.
  static base::Result<std::unique_ptr<PromptWriter>> for_template(const llama_vocab* vocab,
                                                                  const std::string& source);
  ~PromptWriter();

  // Failures: invalid_request with the path of a schema that cannot be compiled, or of a conversation that
  // the template refuses; too_large over the limit; cancelled when it is not wanted any more.
  base::Result<Prompt> write(const canon::Request& request, const WritingLimits& limits = {}) const;

  bool supports_tools() const;
  bool supports_thinking() const;

 private:
  struct State;
  explicit PromptWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::engine::llama
