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

// SQLite would make it with the process's mask; what callers wrote is not for everybody to read.
bool make_private(const std::string& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) return false;
  ::close(made);
  return true;
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      home_(other.home_),
      statement_(std::exchange(other.statement_, nullptr)),
      bound_(other.bound_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  home_->emplace_back(statement_);
}

void Statement::check(int code) {
  if (code != SQLITE_OK) database_->keep_error();
}

Statement& Statement::bind(std::int64_t number) {
  if (statement_ != nullptr) check(sqlite3_bind_int64(statement_, ++bound_, number));
  return *this;
}

Statement& Statement::bind(std::optional<std::int64_t> number) {
  if (number) return bind(*number);
  if (statement_ != nullptr) check(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (statement_ != nullptr)
    check(sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  if (statement_ != nullptr)
    check(sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::again() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
  bound_ = 0;
  return *this;
}

bool Statement::step() {
  if (statement_ == nullptr || database_->failed()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->keep_error();
  return false;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close(handle);
}

Database::~Database() = default;

base::Result<std::unique_ptr<Database>> Database::open(const std::string& file) {
  if (!file.empty() && !make_private(file))
    return base::fail(unavailable("Cannot write " + file + ": " + std::strerror(errno)));
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.empty() ? ":memory:" : file.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return base::fail(unavailable("Cannot open " + file + ": " + sqlite3_errstr(code)));
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  database->run(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
      "PRAGMA secure_delete = FAST;");
  if (const auto error = database->take_error())
    return base::fail(unavailable("Cannot open " + file + ": " + error->message));
  return database;
}

Statement Database::prepare(std::string_view sql) {
  if (failed()) return {*this, nullptr, nullptr};
  auto known = idle_.find(sql);
  if (known == idle_.end()) known = idle_.emplace(sql, Statement::Idle()).first;
  auto& [text, home] = *known;
  if (!home.empty()) {
    sqlite3_stmt* statement = home.back().release();
    home.pop_back();
    return {*this, &home, statement};
  }
  sqlite3_stmt* statement = nullptr;
  const int size = static_cast<int>(text.size());
  if (sqlite3_prepare_v3(handle_.get(), text.c_str(), size, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK)
    keep_error();
  return {*this, &home, statement};
}

void Database::run(const char* sql) {
  if (failed()) return;
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) keep_error();
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

int Database::changes() const {
  return sqlite3_changes(handle_.get());
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

void Database::keep_error() {
  if (!error_) error_ = unavailable(sqlite3_errmsg(handle_.get()));
}

void Database::refuse(base::Failure failure) {
  if (!error_) error_ = std::move(failure);
}

std::optional<base::Failure> Database::take_error() {
  return std::exchange(error_, std::nullopt);
}

}  // namespace trilogue::store
