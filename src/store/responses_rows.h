// The rows that one stored response consists of, put in, found and taken out: what store/responses.h does
// with its database. On the database thread; errors stay in the Database until they are taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/responses.h"

namespace trilogue::store {

// A response's row: its number is the name of its parts, and goes to no other.
struct NumberedId {
  std::int64_t number;
  std::string_view id;
};

// A response's row and how much is stored with it.
struct Place {
  std::int64_t number = 0;
  std::int64_t bytes = 0;
};

base::Failure not_found(const std::string& id);
base::Failure too_much(std::size_t max_bytes);

std::int64_t size_of(const std::vector<Item>& items);
std::int64_t size_of(const std::vector<Frames>& frames);

// ---- in and out ----
void insert_frames(Database& database, std::int64_t response, const Frames& frames);
void add_items(Database& database, NumberedId response, bool output, const std::vector<Item>& items);
// The sums of all rows, so that a bound costs one look.
void count_in(Database& database, std::int64_t responses, std::int64_t bytes);
void grow(Database& database, const std::string& id, std::int64_t bytes);
void forget(Database& database, Place place);

// ---- found ----
std::optional<std::int64_t> number_of(Database& database, const std::string& key_id, const std::string& id);
// The conversation's responses from the newest back, their numbers; not_found for a missing one.
base::Result<std::vector<std::int64_t>> chain(Database& database, const std::string& key_id, std::string id);
// Of rows (id, json).
std::vector<Item> read_items(Statement& rows);
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
