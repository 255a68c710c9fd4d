#include "app/loaded_models.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <thread>

#include "engine/scripted/scripted_engine.h"

namespace trilogue::app {
namespace {

using base::Result;

// Threads that compute one step wait for each other many times in it. Below this size there is so little to
// do between the waits that a second thread costs more than it brings, far more on a busy machine.
constexpr std::uintmax_t kWorthManyThreads = 64'000'000;  // bytes of the file

int decode_threads(int configured, const std::string& file) {
  constexpr int kMost = 8;  // beyond it, memory bandwidth is the limit on most machines
  if (configured > 0) return configured;
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  if (!error && bytes < kWorthManyThreads) return 1;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMost);
}

engine::EmbeddedOptions embedded_options(const Configuration& configuration, const ModelSpec& spec,
                                         const LoadProgress& progress) {
  const auto most = spec.most_thinking.value_or(configuration.thinking);
  engine::EmbeddedOptions options;
  options.file = spec.file;
  options.threads = decode_threads(configuration.threads, spec.file);
  options.slots = configuration.slots;
  options.context = configuration.context;
  options.batch = configuration.batch;
  options.gpu_layers = configuration.gpu_layers;
  options.queue = configuration.queue;
  options.budget_low = std::min(configuration.thinking.low, most.low);
  options.budget_medium = std::min(configuration.thinking.medium, most.medium);
  options.budget_high = std::min(configuration.thinking.high, most.high);
  options.on_progress = [progress, file = spec.file](double done) {
    return progress(file, static_cast<float>(done));
  };
  return options;
}

class Loader final {
 public:
  Loader(const Configuration& configuration, const base::Log& log, base::Random& random,
         const LoadProgress& progress)
      : configuration_(configuration), log_(log), random_(random), progress_(progress) {}

  Result<std::unique_ptr<engine::Engine>> load(const ModelSpec& spec, LoadedModels& loaded) {
    if (spec.file.ends_with(".story")) {
      auto scripted = engine::scripted::ScriptedEngine::load(spec.file);
      if (!scripted) return base::fail(scripted.error());
      return std::unique_ptr<engine::Engine>(std::move(*scripted));
    }
    if (!loaded.library) {
      auto library = engine::EmbeddedLibrary::open(log_);
      if (!library) return base::fail(library.error());
      loaded.library = std::move(*library);
    }
    return loaded.library->load(embedded_options(configuration_, spec, progress_), random_, log_);
  }

 private:
  const Configuration& configuration_;
  const base::Log& log_;
  base::Random& random_;
  const LoadProgress& progress_;
};

}  // namespace

Result<LoadedModels> load_models(const Configuration& configuration, const std::vector<ModelSpec>& specs,
                                 const base::Log& log, base::Random& random, const LoadProgress& progress) {
  LoadedModels loaded;
  Loader loader(configuration, log, random, progress);
  for (const auto& spec : specs) {
    if (loaded.by_file.contains(spec.file)) continue;
    auto one = loader.load(spec, loaded);
    if (!one) return base::fail(one.error());
    loaded.by_file[spec.file] = one->get();
    loaded.engines.push_back(std::move(*one));
  }
  return loaded;
}

}  // namespace trilogue::app
