// `trilogue accounts list|create|update`.
#pragma once

#include "app/command_line.h"

namespace trilogue::app {

// Prints to standard output; the exit status.
int accounts(const AccountsCommand& command);

}  // namespace trilogue::app
