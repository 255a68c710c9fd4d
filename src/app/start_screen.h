// The one screen that a start prints: models, address, whether keys are required, a curl line that works.
#pragma once

#include <string>
#include <vector>

#include "app/configuration.h"

namespace trilogue::app {

struct StartFacts {
  std::uint16_t port = 0;
  double seconds_to_load = 0;
  bool keys_required = false;
  std::string console_token;  // signs in once; "": the operator knows the admin token
};

std::string start_screen(const Configuration& configuration, const std::vector<ModelSpec>& models,
                         const StartFacts& facts);

}  // namespace trilogue::app
