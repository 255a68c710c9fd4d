// One connection to a PostgreSQL server. Statements are queued and go out together; whoever needs an answer
// waits for all that is queued, never longer than its patience. A connection that was lost stays lost. One
// thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

struct pg_conn;
struct pg_result;

namespace trilogue::store {

// The values of one statement, in binary, as PostgreSQL takes them.
struct PostgresValues {
  std::vector<unsigned> types;
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

class PostgresConnection final {
 public:
  struct FreeResult {
    void operator()(pg_result* result) const;
  };
  using Rows = std::unique_ptr<pg_result, FreeResult>;

  // `uri`: postgresql://…, which no message repeats. Failure: invalid_request for what is no such address;
  // unavailable when nobody answers there, or lets us in, within seconds.
  static base::Result<std::unique_ptr<PostgresConnection>> open(const base::Secret& uri,
                                                                std::chrono::milliseconds patience);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection();

  // Whether the other side is still there, as far as can be told without asking it.
  bool alive();
  bool lost() const { return lost_; }
  bool in_transaction() const;

  // Queued; nobody waits.
  void prepare(const std::string& name, const std::string& sql, const PostgresValues& values);
  void execute(const std::string& name, const PostgresValues& values);
  std::size_t queued() const { return queued_; }

  // The rows of the last statement that was queued, once all of them are through. Failure: unavailable, with
  // the first error; statements after it were not done.
  base::Result<Rows> finish();

  // Statements without values, one after the other.
  base::Result<void> run(const std::string& sql);

  // What was told on the channels that this connection listens to, after at most so long.
  base::Result<std::vector<std::string>> notifications(std::chrono::milliseconds wait);

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  explicit PostgresConnection(pg_conn* connection, std::chrono::milliseconds patience)
      : connection_(connection), patience_(patience) {}
  void count(int sent);
  base::Result<Rows> next(base::SteadyTime until);
  bool wait(bool writing, base::SteadyTime until) const;
  tl::unexpected<base::Failure> lose(const std::string& why);
  std::string message() const;

  std::unique_ptr<pg_conn, Close> connection_;
  const std::chrono::milliseconds patience_;
  std::size_t queued_ = 0;
  bool lost_ = false;
};

// A failure that says why the database cannot be used.
base::Failure database_unavailable(const std::string& why);

}  // namespace trilogue::store
