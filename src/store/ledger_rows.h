// Settled requests as rows of the database: one of `requests` each, and their sums in `usage`, written
// together. Servers that share a database write one after the other, so that numbers rise in the order in
// which they can be seen. Used on the database's own thread, within one piece of work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "store/database.h"
#include "store/ledger.h"

namespace trilogue::store {

// Numbers that stand in one row of `spans`.
inline constexpr std::int64_t kNumbersPerSpan = 32'768;

class LedgerRows final {
 public:
  // `kept`: the newest single requests that stay, 0: all. `server`: which of several writes, "" for the only
  // one.
  explicit LedgerRows(std::int64_t kept, std::string server = "") : kept_(kept), server_(std::move(server)) {}

  // Around the rows of one piece of work.
  void begin(Database& database);
  void add(Database& database, const Admission& admission, const Settlement& settlement);
  void finish(Database& database);
  // How far the journal of `run` has been moved, and how far it is by this piece of work.
  static std::int64_t moved(Database& database, const std::string& run);
  static void remember(Database& database, const std::string& run, std::int64_t moved);
  // The work failed, and what it wrote is gone.
  void forget() { labels_.clear(); }

 private:
  struct Sum {
    std::int64_t requests = 0;
    Spent spent;
  };
  struct Label {
    std::int64_t label = 0;
    std::int64_t span = -1;  // the last one that it is known in
  };
  Label& label_of(Database& database, const Admission& admission);
  void note_span(Database& database, Label& label);
  void write_sums(Database& database);
  void forget_old(Database& database);

  std::int64_t kept_;
  std::string server_;
  std::int64_t number_ = 0;                                                       // of the last request
  std::optional<Statement> insert_;                                               // between begin and finish
  std::string name_;                                                              // of a label, reused
  std::unordered_map<std::string, Label> labels_;                                 // that the database has
  std::unordered_map<std::int64_t, std::unordered_map<std::int64_t, Sum>> sums_;  // by day, by label
};

}  // namespace trilogue::store
