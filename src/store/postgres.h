// PostgreSQL: rows on a server, which several of ours may share. A connection that is lost comes back by
// itself with a later transaction. What is only run is sent with the next question, many in one go.
#pragma once

#include <memory>

#include "base/result.h"
#include "base/secret.h"
#include "store/database.h"

namespace trilogue::store {

// What is announced comes on this channel.
inline constexpr const char* kPostgresChannel = "trilogue_keys";

enum class PostgresUse {
  writing,  // each statement sees what was committed before it
  reading,  // a transaction sees one moment and changes nothing; it may take longer
};

// Failure: as of PostgresConnection::open().
base::Result<std::unique_ptr<Database>> open_postgres(const base::Secret& uri, PostgresUse use);

}  // namespace trilogue::store
