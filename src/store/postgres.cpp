#include "store/postgres.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <string>
#include <utility>

#include "store/postgres_connection.h"
#include "store/postgres_sql.h"
#include "wire/utf8.h"

namespace trilogue::store {

using base::Result;
using std::chrono::milliseconds;

namespace {

// PostgreSQL's numbers of its types (pg_type.dat).
constexpr unsigned kBytes = 17, kNumber = 20, kText = 25;
// Keys of its advisory locks: "TRIL" and the turn.
constexpr std::int64_t kTurns = std::int64_t{0x5452494c} << 32;

constexpr milliseconds kFirstPause{100}, kLongestPause{1000};  // between attempts to come back
constexpr std::size_t kMostQueued = 500;

milliseconds patience_of(PostgresUse use) {
  return use == PostgresUse::reading ? milliseconds(15'000) : milliseconds(6'000);
}

// A lock is waited for no longer than its asker has patience; who is gone in the middle of a transaction does
// not hold up the others.
std::string session_of(PostgresUse use) {
  return std::string("SET lock_timeout = '4s'; SET idle_in_transaction_session_timeout = '10s'; ") +
         (use == PostgresUse::reading ? "SET statement_timeout = '14s'; "
                                        "SET default_transaction_isolation = 'repeatable read'; "
                                        "SET default_transaction_read_only = on"
                                      : "SET default_transaction_isolation = 'read committed'");
}

class PostgresQuery;

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(base::Secret uri, PostgresUse use) : uri_(std::move(uri)), use_(use) {}

  Result<void> reach() override;
  void run(const std::string& sql) override;
  bool in_transaction() const override { return connection_ && connection_->in_transaction(); }
  void take_turn(Turn turn) override {
    prepare("SELECT pg_advisory_xact_lock(?)").bind(kTurns + static_cast<std::int64_t>(turn)).run();
  }
  void announce(std::string_view what) override {
    prepare("SELECT pg_notify(?, ?)").bind(std::string_view(kPostgresChannel)).bind(what).run();
  }
  std::int64_t schema_version() override;
  void set_schema_version(std::int64_t version) override;

  // Sends a query; prepares it where this connection does not know it yet.
  void queue(PostgresQuery& query);
  PostgresConnection::Rows wait_for_rows();

 protected:
  std::unique_ptr<Query> compile(const std::string& sql) override;
  void finish() override { wait_for_rows(); }

 private:
  Result<std::unique_ptr<PostgresConnection>> open_session() const;
  // Forgets a connection that was lost.
  void keep(base::Failure failure);

  const base::Secret uri_;
  const PostgresUse use_;
  std::unique_ptr<PostgresConnection> connection_;
  std::uint64_t connections_ = 0;  // so far
  std::uint64_t names_ = 0;
  std::vector<PostgresQuery*> fresh_;  // prepared, as far as is known yet
  base::SteadyTime try_again_{};
  milliseconds pause_ = kFirstPause;
  std::optional<base::Failure> why_;  // it could not be reached the last time
};

class PostgresQuery final : public Query {
 public:
  PostgresQuery(PostgresDatabase& database, PostgresSql sql)
      : database_(database), sql_(std::move(sql.text)) {
    const auto places = static_cast<std::size_t>(sql.places);
    numbers_.resize(places);
    values_ = {std::vector<unsigned>(places, kText), std::vector<const char*>(places, nullptr),
               std::vector<int>(places, 0), std::vector<int>(places, 1)};
  }

  void bind(int place, std::int64_t number) override {
    auto& bytes = numbers_[index(place)];
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * (bytes.size() - 1 - i)));
    set(place, kNumber, {bytes.data(), bytes.size()});
  }
  void bind_null(int place) override {
    set(place, kNumber, {});
    values_.values[index(place)] = nullptr;
  }
  // It takes nothing but UTF-8 without zeros; of the ledger everything must go in.
  void bind_text(int place, std::string_view text) override {
    if (text.find('\0') == std::string_view::npos && wire::is_valid_utf8(text))
      return set(place, kText, text);
    std::string& clean = cleaned_.emplace_back(wire::replace_invalid_utf8(text));
    std::ranges::replace(clean, '\0', '?');
    set(place, kText, clean);
  }
  void bind_blob(int place, std::string_view bytes) override { set(place, kBytes, bytes); }

  bool step() override {
    if (!asked_) {
      asked_ = true;
      database_.queue(*this);
      rows_ = database_.wait_for_rows();
    }
    return rows_ && ++row_ < PQntuples(rows_.get());
  }
  void run() override { database_.queue(*this); }
  void reset() override {
    rows_.reset();
    cleaned_.clear();
    row_ = -1;
    asked_ = false;
  }

  bool is_null(int column) const override { return PQgetisnull(rows_.get(), row_, column) != 0; }
  std::int64_t integer(int column) const override {
    const std::string_view digits = cell(column);
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }
  std::string text(int column) const override {
    const std::string_view found = cell(column);
    if (PQftype(rows_.get(), column) != kBytes) return std::string(found);
    std::size_t size = 0;
    const std::unique_ptr<unsigned char, decltype(&PQfreemem)> bytes(
        PQunescapeBytea(reinterpret_cast<const unsigned char*>(found.data()), &size), &PQfreemem);
    return {reinterpret_cast<const char*>(bytes.get()), size};
  }

 private:
  friend class PostgresDatabase;
  static std::size_t index(int place) { return static_cast<std::size_t>(place - 1); }
  void set(int place, unsigned type, std::string_view bytes) {
    values_.types[index(place)] = type;
    values_.values[index(place)] = bytes.data() == nullptr ? "" : bytes.data();
    values_.lengths[index(place)] = static_cast<int>(bytes.size());
  }
  std::string_view cell(int column) const {
    return {PQgetvalue(rows_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column))};
  }

  PostgresDatabase& database_;
  const std::string sql_;
  std::string name_;                // by which the server knows it
  std::uint64_t prepared_for_ = 0;  // and for which of the database's connections
  PostgresValues values_;
  std::vector<std::array<char, 8>> numbers_;
  std::deque<std::string> cleaned_;
  PostgresConnection::Rows rows_;
  int row_ = -1;
  bool asked_ = false;
};

Result<std::unique_ptr<PostgresConnection>> PostgresDatabase::open_session() const {
  auto opened = PostgresConnection::open(uri_, patience_of(use_));
  if (!opened) return opened;
  if (auto set = (*opened)->run(session_of(use_)); !set) return base::fail(std::move(set.error()));
  return opened;
}

Result<void> PostgresDatabase::reach() {
  if (connection_ && connection_->alive()) return {};
  connection_.reset();
  const base::SteadyTime now = std::chrono::steady_clock::now();
  if (why_ && now < try_again_) return base::fail(*why_);
  auto opened = open_session();
  if (!opened) {
    why_ = std::move(opened.error());
    try_again_ = std::chrono::steady_clock::now() + pause_;
    pause_ = std::min(2 * pause_, kLongestPause);
    return base::fail(*why_);
  }
  connection_ = std::move(*opened);
  ++connections_;
  fresh_.clear();
  why_.reset();
  pause_ = kFirstPause;
  return {};
}

void PostgresDatabase::keep(base::Failure failure) {
  refuse(std::move(failure));
  if (connection_ && connection_->lost()) connection_.reset();
}

std::unique_ptr<Query> PostgresDatabase::compile(const std::string& sql) {
  return std::make_unique<PostgresQuery>(*this, to_postgres(sql));
}

void PostgresDatabase::queue(PostgresQuery& query) {
  if (!connection_) return refuse(database_unavailable("the connection was lost"));
  if (query.prepared_for_ != connections_) {
    query.name_ = "q" + std::to_string(++names_);
    query.prepared_for_ = connections_;
    connection_->prepare(query.name_, query.sql_, query.values_);
    fresh_.push_back(&query);
  }
  connection_->execute(query.name_, query.values_);
  if (connection_->queued() >= kMostQueued) wait_for_rows();
}

PostgresConnection::Rows PostgresDatabase::wait_for_rows() {
  if (!connection_) return nullptr;
  auto rows = connection_->finish();
  const auto fresh = std::exchange(fresh_, {});
  if (rows) return std::move(*rows);
  for (PostgresQuery* const query : fresh) query->prepared_for_ = 0;  // it may have come after the error
  keep(std::move(rows.error()));
  return nullptr;
}

void PostgresDatabase::run(const std::string& sql) {
  if (failed()) return;
  if (!connection_) return refuse(database_unavailable("the connection was lost"));
  if (auto done = connection_->run(to_postgres(sql).text); !done) keep(std::move(done.error()));
}

std::int64_t PostgresDatabase::schema_version() {
  auto table = prepare("SELECT count(*) FROM pg_class WHERE oid = to_regclass('trilogue_schema')");
  if (!table.step() || table.integer(0) == 0) return 0;
  auto version = prepare("SELECT version FROM trilogue_schema");
  return version.step() ? version.integer(0) : 0;
}

void PostgresDatabase::set_schema_version(std::int64_t version) {
  run("CREATE TABLE IF NOT EXISTS trilogue_schema (version INTEGER NOT NULL); DELETE FROM trilogue_schema; "
      "INSERT INTO trilogue_schema VALUES (" +
      std::to_string(version) + ")");
}

}  // namespace

base::Result<std::unique_ptr<Database>> open_postgres(const base::Secret& uri, PostgresUse use) {
  auto database = std::make_unique<PostgresDatabase>(uri, use);
  if (auto way = database->reach(); !way) return base::fail(std::move(way.error()));
  return database;
}

}  // namespace trilogue::store
