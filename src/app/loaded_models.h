// The engines of a configuration, loaded. One for each file, however many names it has.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/configuration.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/embedded.h"
#include "engine/engine.h"

namespace trilogue::app {

struct LoadedModels {
  std::unique_ptr<engine::EmbeddedLibrary>
      library;  // outlives the engines; null when only stories are played
  std::vector<std::unique_ptr<engine::Engine>> engines;
  std::unordered_map<std::string, engine::Engine*> by_file;
};

// Told while a large file loads: its name, and the part done, 0..1. False ends the loading, as a failure.
using LoadProgress = std::function<bool(const std::string& file, float done)>;

// Failures, in words for the person at the terminal: what is wrong with which file.
base::Result<LoadedModels> load_models(const Configuration& configuration,
                                       const std::vector<ModelSpec>& specs, const base::Log& log,
                                       base::Random& random, const LoadProgress& progress);

}  // namespace trilogue::app
