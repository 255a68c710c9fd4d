// Reads the ledger: sums by day, key, model or API, and single requests. Through a connection of its own, so
// that a report never holds up a settlement. Any thread; answers come back on the reading thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/enum_table.h"
#include "base/result.h"
#include "store/database_thread.h"
#include "store/ledger.h"

namespace trilogue::store {

enum class UsageGroup { none, day, key, model, api };
inline constexpr base::EnumTable<UsageGroup, 5> kUsageGroupNames{{{UsageGroup::none, "none"},
                                                                  {UsageGroup::day, "day"},
                                                                  {UsageGroup::key, "key"},
                                                                  {UsageGroup::model, "model"},
                                                                  {UsageGroup::api, "api"}}};
static_assert(base::is_complete(kUsageGroupNames));

struct UsageQuery {
  std::string key_id;                 // "": of all
  std::optional<std::int64_t> since;  // days since 1970 in UTC, this one included
  std::optional<std::int64_t> until;  // this one not
  UsageGroup by = UsageGroup::none;
};

struct UsageRow {
  std::string group;  // `2026-11-21`, a key's id, a model's name, an API; "" for the sum of all
  std::int64_t requests = 0;
  Spent spent;
  friend bool operator==(const UsageRow&, const UsageRow&) = default;
};

struct UsageReport {
  UsageRow total;
  std::vector<UsageRow> rows;  // by group, days in order, others by cost and tokens, most first
};

struct LedgerRow {
  std::int64_t number = 0;
  Admission admission;
  Settlement settlement;
};

struct RequestQuery {
  std::string key_id;                  // "": of all
  std::optional<std::int64_t> before;  // numbers below this one
  int limit = 50;
};

// What keys and accounts have used in their whole life, for their budgets.
struct LifetimeRow {
  std::string key_id;
  std::string account_id;
  std::int64_t tokens = 0;  // read and written
  std::int64_t cost = 0;
};
struct Lifetimes {
  std::vector<LifetimeRow> rows;  // one a key and account
  std::int64_t newest = 0;        // number of the newest request that they contain
};

class Usage final {
 public:
  template <class T>
  using Answer = std::function<void(base::Result<T>)>;

  // `thread` owns a reading connection to the same database and outlives this.
  explicit Usage(DatabaseThread& thread) : thread_(thread) {}

  void report(UsageQuery query, Answer<UsageReport> answer);
  void requests(RequestQuery query, Answer<std::vector<LedgerRow>> answer);  // newest first
  void lifetimes(Answer<Lifetimes> answer);
  // What servers other than `server` have used in the requests after `newest`.
  void used_since(std::int64_t newest, std::string server, Answer<Lifetimes> answer);

 private:
  DatabaseThread& thread_;
};

}  // namespace trilogue::store
