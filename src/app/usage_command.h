// `trilogue usage`.
#pragma once

#include "app/command_line.h"

namespace trilogue::app {

// Prints to standard output; the exit status.
int print_usage(const UsageCommand& command);

}  // namespace trilogue::app
