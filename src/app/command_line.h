// What the person at the terminal asked for. Flags lie over the environment, which lies over the file.
#pragma once

#include <string>
#include <variant>

#include "app/configuration.h"
#include "base/result.h"

namespace trilogue::app {

struct ServeCommand {
  Configuration configuration;
};

struct ChatCommand {
  Configuration configuration;
  std::string model;  // "": the first there is
  std::string url;    // of a running server; "": the usual address if one answers there, else in this process
  std::string effort;
  std::string system;
};

struct ModelsCommand {
  Configuration configuration;
};

struct VersionCommand {};

struct PrintAndExit {  // --help, or a mistake
  std::string text;
  int code = 0;
};

using Command = std::variant<ServeCommand, ChatCommand, ModelsCommand, VersionCommand, PrintAndExit>;

// Reads arguments, environment (`NAME=value` list) and configuration file; never prints.
Command read_command_line(int count, const char* const* arguments, const char* const* environment);

}  // namespace trilogue::app
