// What the person at the terminal asked for. Flags lie over the environment, which lies over the file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "app/configuration.h"
#include "base/result.h"

namespace trilogue::app {

struct ServeCommand {
  Configuration configuration;
  std::function<base::Result<Configuration>()> read_again;  // file, environment and flags, as now
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

struct KeysCommand {
  enum class Action { create, list, update, revoke, rotate };
  Configuration configuration;
  Action action = Action::list;
  std::string id;        // of the key to change, revoke or rotate
  std::string settings;  // JSON of the key to create or change, see docs/admin.yaml
  bool json = false;     // print what the server says, as it says it
};

struct AccountsCommand {
  enum class Action { create, list, update };
  Configuration configuration;
  Action action = Action::list;
  std::string id;        // of the account to change, or its name
  std::string settings;  // JSON of the account, see docs/admin.yaml
  bool json = false;
};

struct UsageCommand {
  Configuration configuration;
  std::string query;  // of the report, see docs/admin.yaml
  bool json = false;
};

struct DoctorCommand {
  std::optional<Configuration> configuration;  // none: it cannot be read, and `problem` says why
  std::string problem;
  std::string file;   // of the configuration, or ""
  bool json = false;  // print JSON instead of lines
};

struct VersionCommand {};

struct PrintAndExit {  // --help, or a mistake
  std::string text;
  int code = 0;
};

using Command = std::variant<ServeCommand, ChatCommand, ModelsCommand, KeysCommand, AccountsCommand,
                             UsageCommand, DoctorCommand, VersionCommand, PrintAndExit>;

// Reads arguments, environment (`NAME=value` list) and configuration file; never prints.
Command read_command_line(int count, const char* const* arguments, const char* const* environment);

}  // namespace trilogue::app
