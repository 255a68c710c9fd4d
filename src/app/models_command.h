// `trilogue models`: what this configuration would serve.
#pragma once

#include "app/configuration.h"

namespace trilogue::app {

int print_models(const Configuration& configuration);

}  // namespace trilogue::app
