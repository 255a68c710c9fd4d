// SQLite: rows in a file, or in memory.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/database.h"

namespace trilogue::store {

// Makes the file when it is missing, with pages of `page_bytes`, readable by its owner alone; "" is a
// database in memory. Write-ahead log, foreign keys on. Failure: unavailable, in words for the operator: it
// cannot be opened, or is no database.
base::Result<std::unique_ptr<Database>> open_sqlite(const std::string& file, int page_bytes = 4096);

}  // namespace trilogue::store
