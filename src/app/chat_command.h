// `trilogue chat`: a conversation in the terminal, with the server that runs, or in this process.
#pragma once

#include "app/command_line.h"

namespace trilogue::app {

// The exit status.
int chat(const ChatCommand& command);

}  // namespace trilogue::app
