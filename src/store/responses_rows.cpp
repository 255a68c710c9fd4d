#include "store/responses_rows.h"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_set>
#include <utility>

#include "store/packed_items.h"

namespace trilogue::store {

using base::FailureKind;
using base::Result;

namespace {

// What ids of a response and of the items that were made with it have in common; "" of other ids.
std::string_view family_of(std::string_view id) {
  constexpr std::size_t kLength = 16;
  const auto mark = id.find('_');
  if (mark == std::string_view::npos || id.size() < mark + 1 + 2 * kLength) return {};
  return id.substr(mark + 1, kLength);
}

bool is_foreign(std::string_view response, const Item& item) {
  const std::string_view family = family_of(item.id);
  return family.empty() || family != family_of(response);
}

bool has_foreign(std::string_view id, const std::vector<Item>& items) {
  return std::any_of(items.begin(), items.end(), [id](const Item& item) { return is_foreign(id, item); });
}

// Looks for items by their ids. Each response is read once, however many of its items are wanted.
class Search final {
 public:
  Search(Database& database, const std::string& key_id, const std::vector<std::string>& ids,
         std::size_t max_bytes)
      : database_(database), key_id_(key_id), wanted_(ids.begin(), ids.end()), basket_(max_bytes) {}

  // Those that were made with their response.
  void through_families() {
    std::unordered_set<std::string_view> families;
    for (const std::string& id : wanted_) families.insert(family_of(id));
    const std::vector<std::string> names(families.begin(), families.end());  // `wanted_` gets smaller
    for (const std::string& family : names) {
      if (family.empty()) continue;
      const std::string first = "resp_" + family, last = first + "g";  // after every hex digit
      auto rows = database_.prepare(
          "SELECT output, input FROM responses WHERE id >= ? AND id < ? AND key_id = ? ORDER BY number");
      rows.bind(first).bind(last).bind(key_id_);
      while (rows.step() && !full_) take(rows);
    }
  }

  // The others; the newest where there are several of one id, so the newest response is read first.
  void through_foreign_items() {
    std::set<std::int64_t, std::greater<>> responses;
    for (const std::string& id : wanted_) {
      auto row = database_.prepare(
          "SELECT number FROM foreign_items AS place JOIN responses ON number = place.response "
          "WHERE place.id = ? AND key_id = ? ORDER BY number DESC LIMIT 1");
      if (row.bind(id).bind(key_id_).step()) responses.insert(row.integer(0));
    }
    for (const std::int64_t number : responses) {
      if (full_) return;
      auto row = database_.prepare("SELECT output, input FROM responses WHERE number = ?");
      if (row.bind(number).step()) take(row);
    }
  }

  bool full() const { return full_; }
  std::vector<Item> found() { return basket_.contents(); }

 private:
  void take(const Statement& row) {
    for (const int column : {0, 1}) {
      for (Item& item : items_in(database_, row, column)) {
        if (!full_ && wanted_.erase(item.id) > 0) full_ = !basket_.take(std::move(item));
      }
    }
  }

  Database& database_;
  const std::string& key_id_;
  std::unordered_set<std::string> wanted_;
  Basket basket_;
  bool full_ = false;
};

base::Failure unfinished(const std::string& id) {
  return {FailureKind::invalid_request, "The response with id '" + id + "' is not finished", {}, {}};
}

}  // namespace

base::Failure not_found(const std::string& id) {
  return {FailureKind::not_found, "No response with id '" + id + "' found", {}, {}};
}

namespace {

// The caller knows the id that its request names, not those before it.
base::Failure ancestor_not_found(const std::string& id, const std::string& ancestor) {
  return {FailureKind::not_found,
          "The response with id '" + id + "' goes on from '" + ancestor + "', which is no longer stored",
          {},
          {}};
}

}  // namespace

std::int64_t size_of(const std::vector<Item>& items) {
  std::size_t sum = 0;
  for (const Item& item : items) sum += item.id.size() + item.json.size();
  return static_cast<std::int64_t>(sum);
}

std::int64_t size_of(const std::vector<Frames>& frames) {
  std::size_t sum = 0;
  for (const Frames& one : frames) sum += one.bytes.size();
  return static_cast<std::int64_t>(sum);
}

void insert(Database& database, const NewResponse& response, std::int64_t bytes, std::int64_t now) {
  const bool has_first = !response.frames.empty() && response.frames.front().first == 0;
  const Frames none;
  const Frames& first = has_first ? response.frames.front() : none;
  const std::size_t in_row = has_first ? 1 : 0;
  const bool spread = response.frames.size() > in_row || has_foreign(response.id, response.input) ||
                      has_foreign(response.id, response.output);
  const std::string input = pack(response.input), output = pack(response.output);
  database
      .prepare(
          "INSERT INTO responses (id, key_id, previous, created, used, finished, bytes, spread, count, "
          "reply, "
          "input, output, frames) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(response.id)
      .bind(response.key_id)
      .bind(response.previous)
      .bind(now)
      .bind(now)
      .bind(response.finished ? 1 : 0)
      .bind(bytes)
      .bind(spread ? 1 : 0)
      .bind(first.count)
      .bind(response.reply)
      .bind_blob(input)
      .bind_blob(output)
      .bind_blob(first.bytes)
      .run();
  if (!spread) return;
  auto row = database.prepare("SELECT last_insert_rowid()");
  const Place place{row.step() ? row.integer(0) : 0, bytes, true};
  note_foreign(database, place, response.id, response.input);
  note_foreign(database, place, response.id, response.output);
  for (std::size_t i = in_row; i < response.frames.size(); ++i)
    insert_frames(database, place.number, response.frames[i]);
}

void insert_frames(Database& database, std::int64_t response, const Frames& frames) {
  database.prepare("INSERT INTO frames VALUES (?, ?, ?, ?)")
      .bind(response)
      .bind(frames.first)
      .bind(frames.count)
      .bind_blob(frames.bytes)
      .run();
}

bool note_foreign(Database& database, Place response, std::string_view id, const std::vector<Item>& items) {
  bool any = false;
  for (const Item& item : items) {
    if (!is_foreign(id, item)) continue;
    any = true;
    database.prepare("INSERT OR IGNORE INTO foreign_items VALUES (?, ?)")
        .bind(item.id)
        .bind(response.number)
        .run();
  }
  return any;
}

std::vector<Item> items_in(Database& database, const Statement& row, int column) {
  auto items = unpack(row.text(column));
  if (items) return std::move(*items);
  database.refuse({FailureKind::unavailable, "The items of a stored response cannot be read", {}, {}});
  return {};
}

base::Failure too_much(std::size_t max_bytes) {
  return {FailureKind::too_large,
          "What the request goes on from takes more than " + std::to_string(max_bytes >> 20) + " MiB",
          {},
          {}};
}

Totals totals(Database& database) {
  auto row = database.prepare("SELECT count, bytes, rowid FROM totals");
  return row.step() ? Totals{row.integer(0), row.integer(1), row.integer(2)} : Totals{};
}

// By its row: SQLite lays a copy of the page aside for a statement that may change several and then fail.
void set_totals(Database& database, const Totals& totals) {
  database.prepare("UPDATE totals SET count = ?, bytes = ? WHERE rowid = ?")
      .bind(totals.count)
      .bind(totals.bytes)
      .bind(totals.row)
      .run();
}

void forget(Database& database, const Place& place) {
  database.prepare("DELETE FROM responses WHERE number = ?").bind(place.number).run();
  if (!place.spread) return;
  for (const char* const sql :
       {"DELETE FROM frames WHERE response = ?", "DELETE FROM foreign_items WHERE response = ?"}) {
    database.prepare(sql).bind(place.number).run();
  }
}

Frames from_frame(Frames frames, int from) {
  constexpr std::string_view kEnd = "\n\n";
  std::size_t at = 0;
  for (; frames.first < from && frames.count > 0; ++frames.first, --frames.count) {
    const auto end = frames.bytes.find(kEnd, at);
    at = end == std::string::npos ? frames.bytes.size() : end + kEnd.size();
  }
  frames.bytes.erase(0, at);
  frames.first = from;
  return frames;
}

Result<std::vector<std::int64_t>> chain(Database& database, const std::string& key_id,
                                        const std::string& id) {
  std::vector<std::int64_t> numbers;
  std::string next = id;
  while (!next.empty()) {
    auto row =
        database.prepare("SELECT number, previous, finished FROM responses WHERE id = ? AND key_id = ?");
    row.bind(next).bind(key_id);
    if (!row.step()) return base::fail(numbers.empty() ? not_found(id) : ancestor_not_found(id, next));
    if (row.integer(2) == 0) return base::fail(unfinished(next));
    numbers.push_back(row.integer(0));
    next = row.text(1);
  }
  return numbers;
}

Result<std::vector<Item>> find_items(Database& database, const std::string& key_id,
                                     const std::vector<std::string>& ids, std::size_t max_bytes) {
  Search search(database, key_id, ids, max_bytes);
  search.through_families();
  search.through_foreign_items();
  if (search.full()) return base::fail(too_much(max_bytes));
  return search.found();
}

}  // namespace trilogue::store
