#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace trilogue::store {

using base::FailureKind;

namespace {

// Another process may hold the file for a moment (a backup, a shell).
constexpr int kBusyMilliseconds = 5000;

base::Failure unavailable(std::string message) {
  return {FailureKind::unavailable, std::move(message), {}, {}};
}

// SQLite would make it with the process's mask; what callers wrote is not for everybody to read. One that is
// there is not touched: closing any descriptor of a file gives up all locks that the process has on it, those
// of another connection too, and whoever opened it next from outside would take its log away.
bool make_private(const std::string& file) {
  if (::access(file.c_str(), R_OK | W_OK) == 0) return true;
  if (errno != ENOENT) return false;
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) return false;
  ::close(made);
  return true;
}

// SQLite's sums of the memory that it holds, which nobody reads, cost a lock at every piece of it. They can
// be left out before its first use only.
void leave_out_memory_sums() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(done);
}

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }  // once its statements are gone
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}

  void run(const std::string& sql) override;
  bool in_transaction() const override { return sqlite3_get_autocommit(handle_.get()) == 0; }
  std::int64_t schema_version() override;
  void set_schema_version(std::int64_t version) override {
    run("PRAGMA user_version = " + std::to_string(version));
  }
  void keep_error() { refuse(unavailable(sqlite3_errmsg(handle_.get()))); }

 protected:
  std::unique_ptr<Query> compile(const std::string& sql) override;

 private:
  std::unique_ptr<sqlite3, Close> handle_;
};

class SqliteQuery final : public Query {
 public:
  SqliteQuery(SqliteDatabase& database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}

  void bind(int place, std::int64_t number) override {
    check(sqlite3_bind_int64(statement_.get(), place, number));
  }
  void bind_null(int place) override { check(sqlite3_bind_null(statement_.get(), place)); }
  void bind_text(int place, std::string_view text) override {
    check(sqlite3_bind_text64(statement_.get(), place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind_blob(int place, std::string_view bytes) override {
    check(sqlite3_bind_blob64(statement_.get(), place, bytes.data(), bytes.size(), SQLITE_STATIC));
  }

  bool step() override {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) database_.keep_error();
    return false;
  }
  void run() override {
    while (step()) {
    }
  }
  void reset() override { sqlite3_reset(statement_.get()); }
  void clear() override {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
  }

  bool is_null(int column) const override {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_.get(), column); }
  std::string text(int column) const override {
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
  }

 private:
  void check(int code) {
    if (code != SQLITE_OK) database_.keep_error();
  }

  SqliteDatabase& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

std::unique_ptr<Query> SqliteDatabase::compile(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int size = static_cast<int>(sql.size());
  const int code =
      sqlite3_prepare_v3(handle_.get(), sql.c_str(), size, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_OK) return std::make_unique<SqliteQuery>(*this, statement);
  keep_error();
  return nullptr;
}

void SqliteDatabase::run(const std::string& sql) {
  if (failed()) return;
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) keep_error();
}

std::int64_t SqliteDatabase::schema_version() {
  auto version = prepare("PRAGMA user_version");
  return version.step() ? version.integer(0) : 0;
}

}  // namespace

base::Result<std::unique_ptr<Database>> open_sqlite(const std::string& file, int page_bytes,
                                                    SqliteJournal journal) {
  if (!file.empty() && !make_private(file))
    return base::fail(unavailable("Cannot write " + file + ": " + std::strerror(errno)));
  leave_out_memory_sums();
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.empty() ? ":memory:" : file.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database = std::make_unique<SqliteDatabase>(handle);
  if (code != SQLITE_OK) return base::fail(unavailable("Cannot open " + file + ": " + sqlite3_errstr(code)));
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  database->run(  // the first has an effect on a new file only
      "PRAGMA page_size = " + std::to_string(page_bytes) +
      "; PRAGMA journal_mode = " + (journal == SqliteJournal::ahead ? "WAL" : "TRUNCATE") +
      "; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
      "PRAGMA secure_delete = FAST;");
  if (const auto error = database->take_error())
    return base::fail(unavailable("Cannot open " + file + ": " + error->message));
  return database;
}

}  // namespace trilogue::store
