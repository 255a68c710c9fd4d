// The computing half of a model: its KV pool and llama_decode, one step at a time. Decode thread only, from
// the making on; nobody else may touch it.
#pragma once

#include <llama.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/llama/model.h"
#include "engine/llama/pool.h"

namespace trilogue::engine::llama {

enum class CacheType { f16, q8_0 };

struct ContextOptions {
  int cells = 0;  // of the KV pool; 0: what the model was trained for
  int slots = 1;  // sequences decoded together
  int batch_tokens = 256;
  int threads = 0;  // 0: one for each core
  CacheType cache_type = CacheType::f16;
};

// The tokens of one step, in the shape that llama_decode takes.
class Batch final {
 public:
  explicit Batch(int capacity);
  ~Batch() { llama_batch_free(batch_); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void clear() { batch_.n_tokens = 0; }
  // Returns the token's index, for Context::logits.
  int add(llama_token token, llama_pos position, llama_seq_id sequence, bool wants_logits);
  const llama_batch& raw() const { return batch_; }

 private:
  llama_batch batch_;
};

class Context final {
 public:
  static base::Result<std::unique_ptr<Context>> make(Library& library, const Model& model,
                                                     const ContextOptions& options);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  enum class Outcome { done, no_room, failed };
  Outcome decode(const Batch& batch);
  // Of the token with this index in the last batch, which had asked for them. May be written to.
  std::span<float> logits(int index);

  llama_memory_t memory() const { return llama_get_memory(context_.get()); }
  const PoolShape& shape() const { return shape_; }

 private:
  struct Free {
    void operator()(llama_context* context) const { llama_free(context); }
  };
  Context() = default;
  void start_threads(int threads);

  std::unique_ptr<llama_context, Free> context_;
  ggml_threadpool_t threads_ = nullptr;
  decltype(&ggml_threadpool_free) free_threads_ = nullptr;
  PoolShape shape_;
  int vocabulary_size_ = 0;
};

}  // namespace trilogue::engine::llama
