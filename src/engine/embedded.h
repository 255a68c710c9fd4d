// The embedded engine's door: loads a GGUF into this process without showing anything of the model library.
// Built once by app, before the first model, and alive as long as any engine it loaded.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/engine.h"

namespace trilogue::engine {

struct EmbeddedOptions {
  std::string file;
  int threads = 1;
  int slots = 8;          // sequences decoded together
  int context = 32768;    // cells of the KV pool
  int batch = 512;        // tokens computed together at most
  int gpu_layers = -1;    // -1: all that fit
  int queue = 256;        // requests that may wait
  int budget_low = 1024;  // tokens of thinking at each effort
  int budget_medium = 4096;
  int budget_high = 16384;
  std::function<bool(double)> on_progress;  // 0..1, on the loading thread; false: no more
};

class EmbeddedLibrary {
 public:
  // Failure: this build has no embedded engine, or its compute libraries are not where they should be.
  static base::Result<std::unique_ptr<EmbeddedLibrary>> open(const base::Log& log);
  ~EmbeddedLibrary();

  // Failures say in words what is wrong with the file. `random` must outlive the engine.
  base::Result<std::unique_ptr<Engine>> load(const EmbeddedOptions& options, base::Random& random,
                                             const base::Log& log);

 private:
  struct State;
  explicit EmbeddedLibrary(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::engine
