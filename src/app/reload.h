// Takes a configuration over while the server runs: what can change does, for the requests that come from
// then on; of the rest the log says that it waits for a restart. Used by the thread that waits for signals,
// which is the only one to call it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "admission/keyring.h"
#include "app/configuration.h"
#include "app/loaded_models.h"
#include "base/log.h"
#include "http/server.h"
#include "serve/services.h"

namespace trilogue::app {

class Reload final {
 public:
  using Read = std::function<base::Result<Configuration>()>;

  // What is referred to outlives this. `running`: what the server was started with.
  Reload(Configuration running, Read read_again, const LoadedModels& loaded, serve::Services& services,
         base::Log& log, http::Server& server)
      : running_(std::move(running)),
        read_again_(std::move(read_again)),
        loaded_(loaded),
        services_(services),
        log_(log),
        server_(server) {}

  // A configuration that cannot be read or used changes nothing, and the log says what is wrong.
  void operator()();

  std::chrono::milliseconds drain() const { return running_.drain; }

 private:
  base::Result<void> take_over(const Configuration& next);
  void take_over_keys(const Configuration& next);

  Configuration running_;
  const Read read_again_;
  const LoadedModels& loaded_;
  serve::Services& services_;
  base::Log& log_;
  http::Server& server_;
};

// What differs between two configurations, in the words of the file: what holds at once, and what waits for a
// restart. Files of models that are not among `loaded` wait too.
struct ConfigurationChanges {
  std::vector<std::string> applied;
  std::vector<std::string> waiting;
};
ConfigurationChanges changes_between(const Configuration& before, const Configuration& after);

}  // namespace trilogue::app
