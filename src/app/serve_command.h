// `trilogue serve`: builds every object once, connects them, and runs until a signal.
#pragma once

#include "app/command_line.h"

namespace trilogue::app {

// The exit status: 0 after a signal, 1 when it could not start (the reason is then on standard error).
int serve(const ServeCommand& command);

}  // namespace trilogue::app
