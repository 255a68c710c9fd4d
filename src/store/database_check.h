// Looks through a database file for damage, or at a shared database from outside. For a person who asks, not
// for a running server: it reads all of a file. Changes nothing.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace trilogue::store {

// The file is there and nobody else uses it. Failure: unavailable, with what SQLite found first.
base::Result<void> check_database(const std::string& file);

// Whether any key was ever made, of a `platform.db` under the same conditions.
base::Result<bool> holds_keys(const std::string& file);

struct SharedDatabase {
  bool has_tables = false;  // else the first server to start makes them
  bool holds_keys = false;  // any was ever made
  // Why this role cannot write it, and what would change that; "": it can.
  std::string hindrance, correction;
};
// Failure: it cannot be reached, is of a newer version, or is empty and this role may make no tables in it.
base::Result<SharedDatabase> check_shared_database(const base::Secret& address);

}  // namespace trilogue::store
