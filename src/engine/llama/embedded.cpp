#include "engine/embedded.h"

#include "engine/llama/llama_engine.h"

namespace trilogue::engine {

struct EmbeddedLibrary::State {
  std::unique_ptr<llama::Library> library;
};

EmbeddedLibrary::EmbeddedLibrary(std::unique_ptr<State> state) : state_(std::move(state)) {}
EmbeddedLibrary::~EmbeddedLibrary() = default;

base::Result<std::unique_ptr<EmbeddedLibrary>> EmbeddedLibrary::open(const base::Log& log) {
  auto library = llama::Library::open("", log);
  if (!library) return base::fail(std::move(library.error()));
  auto state = std::make_unique<State>(State{std::move(*library)});
  return std::unique_ptr<EmbeddedLibrary>(new EmbeddedLibrary(std::move(state)));
}

base::Result<std::unique_ptr<Engine>> EmbeddedLibrary::load(const EmbeddedOptions& options,
                                                            base::Random& random, const base::Log& log) {
  llama::EngineOptions engine;
  engine.model.path = options.file;
  engine.model.gpu_layers = options.gpu_layers;
  engine.model.on_progress = options.on_progress;
  engine.context.threads = options.threads;
  engine.context.slots = options.slots;
  engine.context.cells = options.context;
  engine.context.batch_tokens = options.batch;
  engine.budgets.low = options.budget_low;
  engine.budgets.medium = options.budget_medium;
  engine.budgets.high = options.budget_high;
  engine.queue = options.queue;
  auto loaded = llama::LlamaEngine::load(*state_->library, engine, random, log);
  if (!loaded) return base::fail(std::move(loaded.error()));
  return std::unique_ptr<Engine>(std::move(*loaded));
}

}  // namespace trilogue::engine
