// Makes the tables of a database, or brings them up to date: all of it or nothing, one server at a time.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "store/database.h"

namespace trilogue::store {

// Calls `change` with the version that was found, 0 for none, where it is older than `wanted`. Failure:
// unavailable, for one that is newer, or when the database cannot be read or written.
base::Result<void> bring_to_version(std::int64_t wanted, Database& database,
                                    const std::function<void(std::int64_t found)>& change);

base::Failure newer_version();

}  // namespace trilogue::store
