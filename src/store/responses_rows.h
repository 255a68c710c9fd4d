// The rows that one stored response consists of, put in, found and taken out: what store/responses.h does
// with its database. On the database thread; errors stay in the Database until they are taken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/responses.h"

namespace trilogue::store {

// A response's row, how much is stored with it, and whether other tables have parts of it.
struct Place {
  std::int64_t number = 0;
  std::int64_t bytes = 0;
  bool spread = false;
};

struct Totals {
  std::int64_t count = 0;
  std::int64_t bytes = 0;
  std::int64_t row = 0;  // where they stand
};

base::Failure not_found(const std::string& id);
base::Failure too_much(std::size_t max_bytes);

std::int64_t size_of(const std::vector<Item>& items);
std::int64_t size_of(const std::vector<Frames>& frames);

// ---- in and out ----
// `now`: seconds since 1970.
void insert(Database& database, const NewResponse& response, std::int64_t bytes, std::int64_t now);
// Frames behind those that stand in the response's row.
void insert_frames(Database& database, std::int64_t response, const Frames& frames);
// Notes items whose ids do not lead to their response; true if there are any.
bool note_foreign(Database& database, Place response, std::string_view id, const std::vector<Item>& items);
// Takes the row and all its parts out; the totals are the caller's.
void forget(Database& database, const Place& place);

// The sums of all rows, so that a bound costs one look.
Totals totals(Database& database);
void set_totals(Database& database, const Totals& totals);

// ---- found ----
// The conversation's responses from the newest back, their numbers; not_found for a missing one.
base::Result<std::vector<std::int64_t>> chain(Database& database, const std::string& key_id,
                                              const std::string& id);
// Of a column; a blob that cannot be read is an error of the database.
std::vector<Item> items_in(Database& database, const Statement& row, int column);
// Without those before `from`.
Frames from_frame(Frames frames, int from);

// Items up to a sum of bytes; what is beyond is not kept in memory.
class Basket final {
 public:
  explicit Basket(std::size_t max_bytes) : left_(max_bytes) {}

  // False when it is full.
  bool take(Item item) {
    const std::size_t size = item.id.size() + item.json.size();
    if (size > left_) return false;
    left_ -= size;
    items_.push_back(std::move(item));
    return true;
  }
  std::vector<Item> contents() { return std::move(items_); }

 private:
  std::size_t left_;
  std::vector<Item> items_;
};

// Those of `ids` that exist for the key; too_much when there is more than `max_bytes` of them.
base::Result<std::vector<Item>> find_items(Database& database, const std::string& key_id,
                                           const std::vector<std::string>& ids, std::size_t max_bytes);

}  // namespace trilogue::store
