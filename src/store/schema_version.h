// Which schema a database has, before it is made or brought up to date.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/sqlite.h"

namespace trilogue::store {

// 0 for a database without one. Failure: unavailable, for one that is newer than `known`, or cannot be read.
base::Result<std::int64_t> schema_version(Database& database, std::int64_t known);

}  // namespace trilogue::store
