// The embedded engine: one model, two threads that prepare prompts, a thread that decodes. app builds it
// once; serve talks to it through engine::Engine from any I/O thread. Destroying it fails what still runs;
// readers may outlive it.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/random.h"
#include "canon/effort.h"
#include "engine/engine.h"
#include "engine/llama/context.h"
#include "engine/llama/library.h"
#include "engine/llama/model.h"

namespace trilogue::engine::llama {

// Tokens of reasoning for each effort; Request::limits.reasoning_budget may ask for less.
struct ReasoningBudgets {
  int low = 1024;
  int medium = 4096;
  int high = 16384;
  canon::Effort when_not_asked = canon::Effort::medium;
};

struct EngineOptions {
  ModelOptions model;
  ContextOptions context;
  ReasoningBudgets budgets;
  int queue = 256;  // requests that may wait to begin; more are refused
  std::size_t reader_bytes =
      std::size_t{256} * 1024;          // events a slow reader may be behind before its request pauses
  std::chrono::seconds retry_after{2};  // told to whom the queue had no place for
};

class LlamaEngine final : public Engine {
 public:
  // Loads the model on the caller's thread. `library` and `random` (for call ids and seeds) must outlive it.
  static base::Result<std::unique_ptr<LlamaEngine>> load(Library& library, const EngineOptions& options,
                                                         base::Random& random, const base::Log& log);
  ~LlamaEngine() override;

  boost::asio::awaitable<base::Result<std::unique_ptr<EventStream>>> start(canon::Request request,
                                                                           Patience patience) override;
  boost::asio::awaitable<base::Result<TokenCount>> count(canon::Request request, Patience patience) override;
  int context_window() const override;

  std::string_view kind() const override { return "llama"; }
  EngineStats stats() const override;

 private:
  struct State;
  explicit LlamaEngine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::engine::llama
