#include "store/database_check.h"

#include "store/sqlite.h"

namespace trilogue::store {

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
  const bool any = (*database)->prepare("SELECT 1 FROM keys LIMIT 1").step();
  if (auto error = (*database)->take_error()) return base::fail(std::move(*error));
  return any;
}

}  // namespace trilogue::store
