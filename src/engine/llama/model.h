// A model file that is loaded: weights and vocabulary. Made by load() on the caller's thread, immutable after
// that, so engines and threads may share it. Never holds a text.
#pragma once

#include <llama.h>

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "engine/llama/library.h"
#include "engine/llama/vocabulary.h"

namespace trilogue::engine::llama {

struct ModelOptions {
  std::string path;
  int gpu_layers = -1;                      // layers to put on a GPU where the library has one; -1: all
  std::function<bool(double)> on_progress;  // 0..1, on the loading thread; false: no more
};

class Model final {
 public:
  // Failures say in words what is wrong with the file: missing, not readable, not a GGUF, cut off, without a
  // chat template, of an architecture that llama.cpp does not know.
  static base::Result<std::unique_ptr<Model>> load(Library& library, const ModelOptions& options);

  llama_model* raw() const { return model_.get(); }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  int trained_context() const { return llama_model_n_ctx_train(model_.get()); }
  // False for models whose state cannot be cut back to an earlier token (recurrent ones).
  bool can_truncate() const;

 private:
  struct Free {
    void operator()(llama_model* model) const { llama_model_free(model); }
  };
  using Handle = std::unique_ptr<llama_model, Free>;

  explicit Model(Handle model);

  Handle model_;
  Vocabulary vocabulary_;
};

}  // namespace trilogue::engine::llama
