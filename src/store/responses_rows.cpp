#include "store/responses_rows.h"

#include <unordered_set>
#include <utility>

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
          "SELECT items.id, json FROM responses JOIN items ON response = number "
          "WHERE responses.id >= ? AND responses.id < ? AND key_id = ? ORDER BY number, output DESC");
      rows.bind(first).bind(last).bind(key_id_);
      while (rows.step() && !full_) take(rows);
    }
  }

  // The others; the newest where there are several of one id.
  void through_foreign_items() {
    const std::vector<std::string> left(wanted_.begin(), wanted_.end());
    for (const std::string& id : left) {
      auto row = database_.prepare(
          "SELECT items.id, json FROM foreign_items AS place JOIN responses ON number = place.response "
          "JOIN items ON items.response = number AND items.output = place.output "
          "AND items.position = place.position "
          "WHERE place.id = ? AND key_id = ? ORDER BY number DESC, place.output DESC LIMIT 1");
      row.bind(id).bind(key_id_);
      if (row.step() && !full_) take(row);
    }
  }

  bool full() const { return full_; }
  std::vector<Item> found() { return basket_.contents(); }

 private:
  void take(const Statement& row) {
    if (wanted_.erase(row.text(0)) > 0) full_ = !basket_.take({row.text(0), row.text(1)});
  }

  Database& database_;
  const std::string& key_id_;
  std::unordered_set<std::string> wanted_;
  Basket basket_;
  bool full_ = false;
};

}  // namespace

base::Failure not_found(const std::string& id) {
  return {FailureKind::not_found, "No response with id '" + id + "' found", {}, {}};
}

std::optional<std::int64_t> number_of(Database& database, const std::string& key_id, const std::string& id) {
  auto row = database.prepare("SELECT number FROM responses WHERE id = ? AND key_id = ?");
  row.bind(id).bind(key_id);
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

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

void insert_frames(Database& database, std::int64_t response, const Frames& frames) {
  database.prepare("INSERT INTO frames VALUES (?, ?, ?, ?)")
      .bind(response)
      .bind(frames.first)
      .bind(frames.count)
      .bind_blob(frames.bytes)
      .run();
}

void add_items(Database& database, NumberedId response, bool output, const std::vector<Item>& items) {
  std::int64_t position = 0;
  for (const Item& item : items) {
    database.prepare("INSERT INTO items VALUES (?, ?, ?, ?, ?)")
        .bind(response.number)
        .bind(output ? 1 : 0)
        .bind(position)
        .bind(item.id)
        .bind(item.json)
        .run();
    if (family_of(item.id).empty() || family_of(item.id) != family_of(response.id)) {
      database.prepare("INSERT INTO foreign_items VALUES (?, ?, ?, ?)")
          .bind(response.number)
          .bind(output ? 1 : 0)
          .bind(position)
          .bind(item.id)
          .run();
    }
    ++position;
  }
}

std::vector<Item> read_items(Statement& rows) {
  std::vector<Item> items;
  while (rows.step()) items.push_back({rows.text(0), rows.text(1)});
  return items;
}

base::Failure too_much(std::size_t max_bytes) {
  return {FailureKind::too_large,
          "What the request goes on from takes more than " + std::to_string(max_bytes >> 20) + " MiB",
          {},
          {}};
}

void count_in(Database& database, std::int64_t responses, std::int64_t bytes) {
  database.prepare("UPDATE totals SET count = count + ?, bytes = bytes + ?")
      .bind(responses)
      .bind(bytes)
      .run();
}

void grow(Database& database, const std::string& id, std::int64_t bytes) {
  database.prepare("UPDATE responses SET bytes = bytes + ? WHERE id = ?").bind(bytes).bind(id).run();
  count_in(database, 0, bytes);
}

void forget(Database& database, Place place) {
  for (const char* const sql :
       {"DELETE FROM items WHERE response = ?", "DELETE FROM frames WHERE response = ?",
        "DELETE FROM foreign_items WHERE response = ?", "DELETE FROM responses WHERE number = ?"}) {
    database.prepare(sql).bind(place.number).run();
  }
  count_in(database, -1, -place.bytes);
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

Result<std::vector<std::int64_t>> chain(Database& database, const std::string& key_id, std::string id) {
  std::vector<std::int64_t> numbers;
  while (!id.empty()) {
    auto row = database.prepare("SELECT number, previous FROM responses WHERE id = ? AND key_id = ?");
    row.bind(id).bind(key_id);
    if (!row.step()) return base::fail(not_found(id));
    numbers.push_back(row.integer(0));
    id = row.text(1);
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
