// SQLite: rows in a file, or in memory.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/database.h"

namespace trilogue::store {

// How a transaction that is broken off leaves no trace.
enum class SqliteJournal {
  ahead,    // what is new is written to a file beside it first, where it stays for a while: readers go on
  emptied,  // what is overwritten stands beside it until the end of the transaction: what is removed is gone
};

// Makes the file when it is missing, with pages of `page_bytes`, readable by its owner alone; "" is a
// database in memory. Foreign keys on. Failure: unavailable, in words for the operator: it cannot be opened,
// or is no database.
base::Result<std::unique_ptr<Database>> open_sqlite(const std::string& file, int page_bytes = 4096,
                                                    SqliteJournal journal = SqliteJournal::ahead);

}  // namespace trilogue::store
