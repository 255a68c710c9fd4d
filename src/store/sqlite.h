// SQLite behind two words: a Database and its Statements. One thread at a time. The first error is kept until
// it is taken, and after it every statement does nothing, so that a list of statements reads without a check
// a line.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace trilogue::store {

class Database;

// A prepared statement. Bind in the order of the question marks, then step; it must not outlive its Database.
// Texts are not copied: they must stay as they are for as long as the statement steps.
class Statement final {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();  // goes back to its Database, to be lent again

  Statement& bind(std::int64_t number);
  Statement& bind(std::optional<std::int64_t> number);  // nothing: NULL
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::string_view bytes);

  // True while there is a row.
  bool step();
  // Runs a statement without rows.
  void run() {
    while (step()) {
    }
  }
  // Ready to be bound and run once more; its rows are gone.
  Statement& again();

  // Of the current row, columns from 0.
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;  // nothing: NULL
  std::string text(int column) const;                              // of a blob too

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Idle = std::vector<std::unique_ptr<sqlite3_stmt, Finalize>>;
  Statement(Database& database, Idle* home, sqlite3_stmt* statement)
      : database_(&database), home_(home), statement_(statement) {}
  void check(int code);

  Database* database_;
  Idle* home_;  // where it goes back to
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class Database final {
 public:
  // Makes the file when it is missing, readable by its owner alone; "" is a database in memory. Write-ahead
  // log, foreign keys on. Failure: unavailable, in words for the operator: it cannot be opened, or is no
  // database.
  static base::Result<std::unique_ptr<Database>> open(const std::string& file);

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Compiled once for each text.
  Statement prepare(std::string_view sql);
  // Statements without rows, one after the other.
  void run(const char* sql);

  std::int64_t last_row() const;
  int changes() const;  // rows that the last statement changed

  // Some errors (a full disk) end the whole transaction.
  bool in_transaction() const;

  // Makes the piece of work fail as an error of the database would.
  void refuse(base::Failure failure);

  bool failed() const { return error_.has_value(); }
  // The first error since the last call.
  std::optional<base::Failure> take_error();

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  void keep_error();

  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<std::string, Statement::Idle, TextHash, std::equal_to<>>
      idle_;  // by their text; more than one where a statement was in use
  std::optional<base::Failure> error_;
};

}  // namespace trilogue::store
