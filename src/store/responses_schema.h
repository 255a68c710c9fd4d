// The tables of stored responses. A file says in `user_version` which of them it has.
#pragma once

#include "base/result.h"
#include "store/database.h"

namespace trilogue::store {

// Makes the tables in a new file. Failure: unavailable, when the file is of a newer version of this program.
base::Result<void> prepare_responses(Database& database);

}  // namespace trilogue::store
