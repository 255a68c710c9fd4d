// `trilogue doctor`: checks the set-up and says in words what is wrong and what to do.
#pragma once

#include "app/command_line.h"

namespace trilogue::app {

// A line for each check. The exit status: 1 when something is wrong.
int examine(const DoctorCommand& command);

}  // namespace trilogue::app
