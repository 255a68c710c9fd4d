#include "store/schema_version.h"

#include <utility>

namespace trilogue::store {

base::Result<std::int64_t> schema_version(Database& database, std::int64_t known) {
  auto version = database.prepare("PRAGMA user_version");
  const std::int64_t found = version.step() ? version.integer(0) : 0;
  if (auto error = database.take_error()) return base::fail(std::move(*error));
  if (found > known) {
    return base::fail(base::FailureKind::unavailable,
                      "the database was written by a newer version of Trilogue");
  }
  return found;
}

}  // namespace trilogue::store
