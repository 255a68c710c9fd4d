// Looks through a database file for damage. For a person who asks, not for a running server: it reads all of
// it.
#pragma once

#include <string>

#include "base/result.h"

namespace trilogue::store {

// The file is there and nobody else uses it. Failure: unavailable, with what SQLite found first.
base::Result<void> check_database(const std::string& file);

// Whether any key was ever made, of a `platform.db` under the same conditions.
base::Result<bool> holds_keys(const std::string& file);

}  // namespace trilogue::store
