#include "store/database_check.h"

#include "store/platform_schema.h"
#include "store/postgres.h"
#include "store/schema_version.h"
#include "store/sqlite.h"

namespace trilogue::store {

namespace {

bool has_row(Database& database, const char* question) {
  return database.prepare(question).step();
}

}  // namespace

base::Result<void> check_database(const std::string& file) {
  auto database = open_sqlite(file);
  if (!database) return base::fail(std::move(database.error()));
  std::string found;
  {
    Statement check = (*database)->prepare("PRAGMA quick_check(1)");
    if (check.step()) found = check.text(0);
    check.run();
  }
  if (auto error = (*database)->take_error()) found = error->message;
  if (found == "ok") return {};
  return base::fail(base::FailureKind::unavailable, file + " is damaged: " + found);
}

base::Result<bool> holds_keys(const std::string& file) {
  auto database = open_sqlite(file);
  if (!database) return base::fail(std::move(database.error()));
  const bool any = has_row(**database, "SELECT 1 FROM keys LIMIT 1");
  if (auto error = (*database)->take_error()) return base::fail(std::move(*error));
  return any;
}

base::Result<SharedDatabase> check_shared_database(const base::Secret& address) {
  auto opened = open_postgres(address, PostgresUse::reading);
  if (!opened) return base::fail(std::move(opened.error()));
  Database& database = **opened;
  SharedDatabase found;
  const std::int64_t version = database.schema_version();
  found.has_tables = version > 0;
  if (version > kPlatformVersion) database.refuse(newer_version());
  if (found.has_tables) {
    found.holds_keys = has_row(database, "SELECT 1 FROM keys LIMIT 1");
  } else if (!has_row(database, "SELECT 1 WHERE has_schema_privilege(current_schema(), 'CREATE')")) {
    database.refuse(
        {base::FailureKind::unavailable, "it is empty, and this role may make no tables in it", {}, {}});
  }
  if (auto error = database.take_error()) return base::fail(std::move(*error));
  return found;
}

}  // namespace trilogue::store
