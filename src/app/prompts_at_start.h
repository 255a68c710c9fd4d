// Opens what keeps prompts, where the operator wants that; removes it where not.
#pragma once

#include <memory>

#include "app/configuration.h"
#include "base/result.h"
#include "store/prompts.h"

namespace trilogue::app {

// Null where none are kept. Failure: unavailable, in words for the operator.
base::Result<std::unique_ptr<store::Prompts>> open_prompts(const Configuration& configuration);

}  // namespace trilogue::app
