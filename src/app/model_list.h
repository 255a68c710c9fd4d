// Which models this configuration serves: the bundled one under the three documented names, and the
// configuration's own, which may take those names over. Opens nothing but the file system's directory.
#pragma once

#include <string>
#include <vector>

#include "app/configuration.h"
#include "base/result.h"

namespace trilogue::app {

// The bundled model's file: TRILOGUE_BUNDLED_FILE, else beside the program in a checkout or an installation.
// Failure: it is in none of these places.
base::Result<std::string> find_bundled_model();

// In the order in which they are listed. Failures: a file that does not exist, no model at all, an alias of a
// model that is not there.
base::Result<std::vector<ModelSpec>> list_models(const Configuration& configuration);

}  // namespace trilogue::app
