// The flags of `trilogue keys` and `trilogue accounts`, and the JSON that they become (docs/admin.yaml).
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace trilogue::app {

// What is said of a key or an account on the command line, as typed; "": not said. `none` takes a limit away.
struct KeyFlags {
  std::string id;
  std::string name;
  std::string account;
  std::string tier;
  std::string concurrency;
  std::string requests;
  std::string tokens;
  std::string token_budget;
  std::string cost_budget;
  std::vector<std::string> models;
  std::string deadline;
  std::string expires;  // a day
};

void add_key_flags(CLI::App& command, KeyFlags& key);
void add_account_flags(CLI::App& command, KeyFlags& account);

// Failure: invalid_request, with the flag as its path.
base::Result<std::string> settings_of(const KeyFlags& key);

}  // namespace trilogue::app
