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

// What every server writes in the course of its work.
constexpr const char* kMissingPrivilege = R"sql(
SELECT privilege || ' on ' || name,
       'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ' || quote_ident(current_schema()) ||
       ' TO ' || quote_ident(current_user)
FROM (VALUES ('accounts', 'INSERT'), ('accounts', 'UPDATE'), ('keys', 'INSERT'), ('keys', 'UPDATE'),
             ('key_models', 'INSERT'), ('key_models', 'DELETE'), ('labels', 'INSERT'), ('requests', 'INSERT'),
             ('spans', 'INSERT'), ('usage', 'INSERT'), ('usage', 'UPDATE'), ('journals', 'INSERT'),
             ('journals', 'UPDATE'), ('journals', 'DELETE')) AS needed (name, privilege)
WHERE NOT has_table_privilege(name, privilege) LIMIT 1
)sql";

// Our own session is read-only by its own will; reset_val is what it would be without.
constexpr const char* kReadOnly =
    "SELECT 1 FROM pg_settings WHERE name = 'default_transaction_read_only' AND reset_val = 'on'";

void look_for_hindrances(Database& database, SharedDatabase& found) {
  if (has_row(database, "SELECT 1 WHERE pg_is_in_recovery()")) {
    found.hindrance = "it is a standby, which nobody can write";
    found.correction = "name the primary in `database`";
  } else if (has_row(database, kReadOnly)) {
    found.hindrance = "default_transaction_read_only is on, so that it cannot be written";
    found.correction = "take it back where it is set: ALTER DATABASE, ALTER ROLE or postgresql.conf";
  } else if (auto missing = database.prepare(kMissingPrivilege); missing.step()) {
    found.hindrance = "this role may read but not write it: it lacks " + missing.text(0);
    found.correction = "as the owner of its tables: " + missing.text(1);
  }
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
    look_for_hindrances(database, found);
  } else if (!has_row(database, "SELECT 1 WHERE has_schema_privilege(current_schema(), 'CREATE')")) {
    database.refuse(
        {base::FailureKind::unavailable, "it is empty, and this role may make no tables in it", {}, {}});
  }
  if (auto error = database.take_error()) return base::fail(std::move(*error));
  return found;
}

}  // namespace trilogue::store
