// `trilogue keys create|list|update|revoke|rotate`.
#pragma once

#include "app/command_line.h"

namespace trilogue::app {

// Prints to standard output; the exit status.
int keys(const KeysCommand& command);

}  // namespace trilogue::app
