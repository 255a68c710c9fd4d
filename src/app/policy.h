// The policy that a configuration asks for, with the engines that are loaded already.
#pragma once

#include <vector>

#include "app/configuration.h"
#include "app/loaded_models.h"
#include "serve/policy.h"

namespace trilogue::app {

// Every file of `specs` is among `loaded`.
serve::Policy policy_of(const Configuration& configuration, const std::vector<ModelSpec>& specs,
                        const LoadedModels& loaded);

}  // namespace trilogue::app
