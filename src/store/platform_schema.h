// The tables of accounts, keys and what was used. A database says which version of them it has.
#pragma once

#include "base/result.h"
#include "store/database.h"

namespace trilogue::store {

inline constexpr int kPlatformVersion = 4;

// Makes the tables in a new file, all of them or none. Failure: unavailable, when the file is of a newer
// version of this program or cannot be read.
base::Result<void> prepare_platform(Database& database);

}  // namespace trilogue::store
