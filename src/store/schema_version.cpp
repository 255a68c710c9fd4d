#include "store/schema_version.h"

#include <utility>

namespace trilogue::store {

base::Failure newer_version() {
  return {base::FailureKind::unavailable, "the database was written by a newer version of Trilogue", {}, {}};
}

base::Result<void> bring_to_version(std::int64_t wanted, Database& database,
                                    const std::function<void(std::int64_t found)>& change) {
  database.prepare("BEGIN").run();
  database.take_turn(Turn::schema);
  const std::int64_t found = database.schema_version();
  if (found > wanted) database.refuse(newer_version());
  if (found < wanted) {
    change(found);
    database.set_schema_version(wanted);
  }
  database.prepare("COMMIT").run();
  auto error = database.take_error();
  if (!error) return {};
  if (database.in_transaction()) database.run("ROLLBACK");
  return base::fail(std::move(*error));
}

}  // namespace trilogue::store
