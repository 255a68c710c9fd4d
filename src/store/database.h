// What keeps rows: a Database and its Statements, whether they stand in a file (store/sqlite.h) or on a
// server (store/postgres.h). SQL is written as SQLite has it; the other side translates. One thread at a
// time. The first error is kept until it is taken, and after it every statement does nothing, so that a list
// of statements reads without a check a line.
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

namespace trilogue::store {

class Database;

// One compiled statement, as a database has it. Errors go to the Database.
class Query {
 public:
  Query() = default;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  virtual ~Query() = default;

  // Places from 1.
  virtual void bind(int place, std::int64_t number) = 0;
  virtual void bind_null(int place) = 0;
  virtual void bind_text(int place, std::string_view text) = 0;
  virtual void bind_blob(int place, std::string_view bytes) = 0;

  virtual bool step() = 0;
  // Without rows; its error may turn up at a later statement, at the latest when errors are taken.
  virtual void run() = 0;
  virtual void reset() = 0;          // its rows are gone
  virtual void clear() { reset(); }  // and what is bound

  // Of the current row, columns from 0.
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string text(int column) const = 0;
};

// A query that is lent. Bind in the order of the question marks, then step; it must not outlive its Database.
// Texts are not copied: they must stay as they are for as long as the statement steps.
class Statement final {
 public:
  Statement(Statement&& other) noexcept = default;
  Statement& operator=(Statement&&) = delete;
  ~Statement();  // goes back to its Database, to be lent again

  Statement& bind(std::int64_t number);
  Statement& bind(std::optional<std::int64_t> number);  // nothing: NULL
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::string_view bytes);

  // True while there is a row.
  bool step();
  // Runs a statement without rows.
  void run();
  // Ready to be bound and run once more; its rows are gone.
  Statement& again();

  // Of the current row, columns from 0.
  std::int64_t integer(int column) const { return query_->integer(column); }
  std::optional<std::int64_t> optional_integer(int column) const;      // nothing: NULL
  std::string text(int column) const { return query_->text(column); }  // of a blob too

 private:
  friend class Database;
  using Idle = std::vector<std::unique_ptr<Query>>;
  Statement(Database& database, Idle* home, std::unique_ptr<Query> query)
      : database_(&database), home_(home), query_(std::move(query)) {}

  Database* database_;
  Idle* home_;                    // where it goes back to
  std::unique_ptr<Query> query_;  // null where it could not be compiled
  int bound_ = 0;
};

// What servers that share a database do one after the other.
enum class Turn { schema, keys, ledger };

class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  // Compiled once for each text.
  Statement prepare(std::string_view sql);
  // Statements without rows, one after the other.
  virtual void run(const std::string& sql) = 0;

  // Some errors (a full disk) end the whole transaction.
  virtual bool in_transaction() const = 0;

  // Whether there is a way to it; comes back to a server that was lost, if it is time to try. Before each
  // transaction, never within one. Failure: unavailable, within seconds.
  virtual base::Result<void> reach() { return {}; }

  // Waits until it is this server's turn, which lasts to the end of the transaction. A file has one server.
  virtual void take_turn(Turn) {}
  // Tells every server that shares the database, once the transaction is through.
  virtual void announce(std::string_view /*what*/) {}

  // 0: there is no schema yet.
  virtual std::int64_t schema_version() = 0;
  virtual void set_schema_version(std::int64_t version) = 0;

  // Makes the piece of work fail as an error of the database would.
  void refuse(base::Failure failure);

  bool failed() const { return error_.has_value(); }
  // The first error since the last call, of everything that was asked for before.
  std::optional<base::Failure> take_error();

 protected:
  // Null when it is no SQL; then an error is kept.
  virtual std::unique_ptr<Query> compile(const std::string& sql) = 0;
  // Waits for what still runs.
  virtual void finish() {}

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, Statement::Idle, TextHash, std::equal_to<>>
      idle_;  // by their text; more than one where a statement was in use
  std::optional<base::Failure> error_;
};

}  // namespace trilogue::store
