// SQL as SQLite has it, written as PostgreSQL has it. The few words that this program uses and that differ:
// question marks, whole numbers, numbers that count themselves, bytes.
#pragma once

#include <string>
#include <string_view>

namespace trilogue::store {

struct PostgresSql {
  std::string text;
  int places = 0;  // for values: $1, $2, …
};

// What stands in quotes and comments stays as it is.
PostgresSql to_postgres(std::string_view sql);

}  // namespace trilogue::store
