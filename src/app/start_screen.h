// The one screen that a start prints: models, address, whether keys are required, a curl line that works.
#pragma once

#include <string>
#include <vector>

#include "app/configuration.h"

namespace trilogue::app {

std::string start_screen(const Configuration& configuration, const std::vector<ModelSpec>& models,
                         std::uint16_t port, double seconds_to_load);

}  // namespace trilogue::app
