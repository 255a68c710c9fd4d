// Settles what a process that is gone had left in its journal. Called once, before anything is admitted; the
// work is done on the database's thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/database_thread.h"
#include "store/ledger.h"
#include "store/ledger_rows.h"

namespace trilogue::store {

// Writes every settlement that the database does not have yet, and every entry without one as `interrupted`,
// in one transaction that also remembers that this journal is done; then removes the files. A kill in between
// changes nothing: what is remembered is not written again. A file with a broken place is kept as `FILE.cut`.
// Failure: unavailable; then the files are as they were.
base::Result<Ledger::Recovery> recover_journal(const std::vector<std::string>& files, LedgerRows& rows,
                                               DatabaseThread& thread);

}  // namespace trilogue::store
