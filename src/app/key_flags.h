// The flags of `trilogue keys` and `trilogue accounts`, and the JSON that they become (docs/admin.yaml).
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace trilogue::app {

// What is said of a key or an account on the command line, as typed. `none` takes a limit away; nothing typed
// behind a flag, as where a script's variable is not set, is a fault like any other.
struct KeyFlags {
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> account;
  std::optional<std::string> tier;
  std::optional<std::string> concurrency;
  std::optional<std::string> requests;
  std::optional<std::string> tokens;
  std::optional<std::string> token_budget;
  std::optional<std::string> cost_budget;
  std::vector<std::string> models;
  std::optional<std::string> deadline;
  std::optional<std::string> expires;  // a day
};

void add_key_flags(CLI::App& command, KeyFlags& key);
void add_account_flags(CLI::App& command, KeyFlags& account);

// Failure: invalid_request, with the flag as its path.
base::Result<std::string> settings_of(const KeyFlags& key);

}  // namespace trilogue::app
