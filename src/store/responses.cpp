#include "store/responses.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "store/packed_items.h"
#include "store/responses_rows.h"
#include "store/responses_schema.h"
#include "store/sqlite.h"

namespace trilogue::store {

using base::FailureKind;
using base::Result;

namespace {

// One response takes no more than this part of the room: it could push out everybody else's.
constexpr std::int64_t kSharePerResponse = 4;

// Of rows (number, bytes, spread).
std::vector<Place> places(Statement& rows) {
  std::vector<Place> found;
  while (rows.step()) found.push_back({rows.integer(0), rows.integer(1), rows.integer(2) != 0});
  return found;
}

base::Failure too_large(std::int64_t bytes) {
  return {FailureKind::too_large, "There is no room for " + std::to_string(bytes) + " bytes", {}, {}};
}

}  // namespace

Result<std::unique_ptr<Responses>> Responses::open(const std::string& file, Bounds bounds,
                                                   base::WallClock clock) {
  constexpr int kPageBytes = 16'384;  // a response's row is 8 kB or more, and should not be in many pieces
  auto database = open_sqlite(file, kPageBytes);
  if (!database) return base::fail(database.error());
  if (auto fine = prepare_responses(**database); !fine) {
    fine.error().message = "Cannot use " + file + ": " + fine.error().message;
    return base::fail(fine.error());
  }
  return std::unique_ptr<Responses>(new Responses(std::move(*database), bounds, std::move(clock)));
}

Responses::Responses(std::unique_ptr<Database> database, Bounds bounds, base::WallClock clock)
    : bounds_(bounds), clock_(std::move(clock)), thread_(std::move(database)) {}

// Asks on the database thread; the answer is given after the transaction, so that it is of committed rows.
template <class T>
void Responses::ask(std::function<Result<T>(Database&)> question, Answer<T> answer) {
  auto found =
      std::make_shared<Result<T>>(base::fail(FailureKind::unavailable, "The database gave no answer"));
  thread_.post([question = std::move(question), found](Database& database) { *found = question(database); },
               [answer = std::move(answer), found](Result<void> done) {
                 if (!done) *found = base::fail(std::move(done.error()));
                 answer(std::move(*found));
               });
}

// Bytes that are in memory until the disk has them.
class Responses::Waiting final {
 public:
  Waiting(std::atomic<std::int64_t>& sum, std::int64_t bytes) : sum_(sum), bytes_(bytes) { sum_ += bytes_; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { sum_ -= bytes_; }

 private:
  std::atomic<std::int64_t>& sum_;
  const std::int64_t bytes_;
};

std::shared_ptr<const Responses::Waiting> Responses::waiting(std::int64_t bytes) {
  return std::make_shared<Waiting>(waiting_bytes_, bytes);
}

bool Responses::is_behind() const {
  constexpr std::size_t kMostPieces = 1000;
  constexpr std::int64_t kMostBytes = std::int64_t{64} << 20;
  return thread_.backlog() >= kMostPieces || waiting_bytes_ >= kMostBytes;
}

// Looks at every row, so once in a while is enough.
void Responses::forget_the_old(Database& database, Totals& held) {
  constexpr std::int64_t kPause = 60;  // seconds
  if (now() < looked_for_old_ + kPause) return;
  looked_for_old_ = now();
  auto rows =
      database.prepare("SELECT number, bytes, spread FROM responses WHERE created < ? AND finished = 1");
  rows.bind(now() - bounds_.age.count());
  for (const Place& place : places(rows)) {
    forget(database, place);
    --held.count;
    held.bytes -= place.bytes;
  }
}

// What is still running stays, whatever it takes.
void Responses::make_room(Database& database, Totals& held) {
  constexpr std::int64_t kTogether = 32;  // at most so many more than must go
  const auto over = [&] { return held.count > bounds_.count || held.bytes > bounds_.bytes; };
  forget_the_old(database, held);
  const std::int64_t least = std::min(bounds_.count - bounds_.count / 128, bounds_.count);
  while (over()) {
    auto oldest = database.prepare(
        "SELECT number, bytes, spread FROM responses WHERE finished = 1 ORDER BY used, number LIMIT ?");
    const auto found = places(oldest.bind(kTogether));
    if (found.empty()) return;
    for (const Place& place : found) {
      if (!over() && held.count <= least) break;
      forget(database, place);
      --held.count;
      held.bytes -= place.bytes;
    }
  }
}

// One more response, or more bytes of one that is there.
void Responses::count_in(Database& database, std::int64_t responses, std::int64_t bytes) {
  Totals held = totals(database);
  held.count += responses;
  held.bytes += bytes;
  make_room(database, held);
  set_totals(database, held);
}

void Responses::add(NewResponse response, Answer<void> answer) {
  const bool finished = response.finished;
  const auto bytes = static_cast<std::int64_t>(response.reply.size()) + size_of(response.input) +
                     size_of(response.output) + size_of(response.frames);
  auto work = [this, response = std::move(response), bytes, held = waiting(bytes)](Database& database) {
    if (bytes > bounds_.bytes / kSharePerResponse) return database.refuse(too_large(bytes));
    insert(database, response, bytes, now());
    count_in(database, 1, bytes);
  };
  // What was answered already waits for company.
  finished ? thread_.post_later(std::move(work), std::move(answer))
           : thread_.post(std::move(work), std::move(answer));
}

void Responses::catch_up(Answer<void> answer) {
  thread_.post([](Database&) {}, std::move(answer));
}

void Responses::add_frames(std::string id, Frames frames, Answer<void> answer) {
  const auto bytes = static_cast<std::int64_t>(frames.bytes.size());
  thread_.post_later(
      [this, id = std::move(id), frames = std::move(frames), bytes,
       held = waiting(bytes)](Database& database) {
        auto row = database.prepare("SELECT number FROM responses WHERE id = ?");
        if (!row.bind(id).step()) return;  // deleted meanwhile
        insert_frames(database, row.integer(0), frames);
        database.prepare("UPDATE responses SET bytes = bytes + ?, spread = 1 WHERE number = ?")
            .bind(bytes)
            .bind(row.integer(0))
            .run();
        count_in(database, 0, bytes);
      },
      std::move(answer));
}

void Responses::finish(std::string id, std::string reply, std::vector<Item> output, Answer<void> answer) {
  auto held = waiting(static_cast<std::int64_t>(reply.size()) + size_of(output));
  thread_.post_later(
      [this, id = std::move(id), reply = std::move(reply), output = std::move(output),
       held = std::move(held)](Database& database) {
        auto row = database.prepare(
            "SELECT number, length(CAST(reply AS BLOB)), bytes, spread FROM responses WHERE id = ?");
        if (!row.bind(id).step()) return;  // deleted meanwhile
        const auto more = static_cast<std::int64_t>(reply.size()) - row.integer(1) + size_of(output);
        Place place{row.integer(0), row.integer(2) + more, row.integer(3) != 0};
        place.spread |= note_foreign(database, place, id, output);
        database
            .prepare(
                "UPDATE responses SET reply = ?, output = ?, finished = 1, used = ?, bytes = ?, spread = ? "
                "WHERE number = ?")
            .bind(reply)
            .bind_blob(pack(output))
            .bind(now())
            .bind(place.bytes)
            .bind(place.spread ? 1 : 0)
            .bind(place.number)
            .run();
        count_in(database, 0, more);
      },
      std::move(answer));
}

void Responses::remove(std::string key_id, std::string id, Answer<bool> answer) {
  ask<bool>(
      [this, key_id = std::move(key_id), id = std::move(id)](Database& database) -> Result<bool> {
        auto rows =
            database.prepare("SELECT number, bytes, spread FROM responses WHERE id = ? AND key_id = ?");
        const auto found = places(rows.bind(id).bind(key_id));
        if (found.empty()) return base::fail(not_found(id));
        forget(database, found.front());
        count_in(database, -1, -found.front().bytes);
        return true;
      },
      std::move(answer));
}

void Responses::find(std::string key_id, std::string id, Answer<StoredReply> answer) {
  ask<StoredReply>(
      [this, key_id = std::move(key_id), id = std::move(id)](Database& database) -> Result<StoredReply> {
        auto row = database.prepare("SELECT reply, finished FROM responses WHERE id = ? AND key_id = ?");
        if (!row.bind(id).bind(key_id).step()) return base::fail(not_found(id));
        database.prepare("UPDATE responses SET used = ? WHERE id = ?").bind(now()).bind(id).run();
        return StoredReply{row.text(0), row.integer(1) != 0};
      },
      std::move(answer));
}

void Responses::frames(std::string key_id, std::string id, int from, Answer<Frames> answer) {
  ask<Frames>(
      [key_id = std::move(key_id), id = std::move(id), from](Database& database) -> Result<Frames> {
        auto head =
            database.prepare("SELECT number, count, frames FROM responses WHERE id = ? AND key_id = ?");
        if (!head.bind(id).bind(key_id).step()) return base::fail(not_found(id));
        if (from < head.integer(1))
          return from_frame({0, static_cast<int>(head.integer(1)), head.text(2)}, from);
        auto row = database.prepare(
            "SELECT first, count, bytes FROM frames WHERE response = ? AND first <= ? ORDER BY first DESC "
            "LIMIT 1");
        if (!row.bind(head.integer(0)).bind(from).step()) return Frames{from, 0, {}};
        return from_frame({static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.text(2)},
                          from);
      },
      std::move(answer));
}

void Responses::input_items(std::string key_id, std::string id, Answer<std::vector<Item>> answer) {
  ask<std::vector<Item>>(
      [key_id = std::move(key_id), id = std::move(id)](Database& database) -> Result<std::vector<Item>> {
        auto row = database.prepare("SELECT input FROM responses WHERE id = ? AND key_id = ?");
        if (!row.bind(id).bind(key_id).step()) return base::fail(not_found(id));
        return items_in(database, row, 0);
      },
      std::move(answer));
}

void Responses::conversation(std::string key_id, std::string id, std::size_t max_bytes,
                             Answer<std::vector<Item>> answer) {
  ask<std::vector<Item>>(
      [this, key_id = std::move(key_id), id = std::move(id),
       max_bytes](Database& database) -> Result<std::vector<Item>> {
        const auto numbers = chain(database, key_id, id);
        if (!numbers) return base::fail(numbers.error());
        Basket basket(max_bytes);
        for (auto number = numbers->rbegin(); number != numbers->rend(); ++number) {
          auto row = database.prepare("SELECT input, output FROM responses WHERE number = ?");
          if (!row.bind(*number).step()) continue;
          for (const int column : {0, 1}) {
            for (Item& item : items_in(database, row, column)) {
              if (!basket.take(std::move(item))) return base::fail(too_much(max_bytes));
            }
          }
          database.prepare("UPDATE responses SET used = ? WHERE number = ?").bind(now()).bind(*number).run();
        }
        return basket.contents();
      },
      std::move(answer));
}

void Responses::items(std::string key_id, std::vector<std::string> ids, std::size_t max_bytes,
                      Answer<std::vector<Item>> answer) {
  ask<std::vector<Item>>(
      [key_id = std::move(key_id), ids = std::move(ids), max_bytes](Database& database)
          -> Result<std::vector<Item>> { return find_items(database, key_id, ids, max_bytes); },
      std::move(answer));
}

void Responses::last_frame(std::string key_id, std::string id, Answer<Frames> answer) {
  ask<Frames>(
      [key_id = std::move(key_id), id = std::move(id)](Database& database) -> Result<Frames> {
        auto head =
            database.prepare("SELECT number, count, frames FROM responses WHERE id = ? AND key_id = ?");
        if (!head.bind(id).bind(key_id).step()) return base::fail(not_found(id));
        auto row = database.prepare(
            "SELECT first, count, bytes FROM frames WHERE response = ? ORDER BY first DESC LIMIT 1");
        Frames last{0, static_cast<int>(head.integer(1)), head.text(2)};
        if (row.bind(head.integer(0)).step())
          last = {static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.text(2)};
        return from_frame(last, last.first + std::max(last.count, 1) - 1);
      },
      std::move(answer));
}

void Responses::unfinished(Answer<std::vector<Unfinished>> answer) {
  ask<std::vector<Unfinished>>(
      [](Database& database) -> Result<std::vector<Unfinished>> {
        std::vector<Unfinished> found;
        auto rows = database.prepare(
            "SELECT id, reply, coalesce((SELECT max(first + frames.count) FROM frames WHERE response = "
            "number), "
            "responses.count) FROM responses WHERE finished = 0 ORDER BY number");
        while (rows.step()) found.push_back({rows.text(0), rows.text(1), static_cast<int>(rows.integer(2))});
        return found;
      },
      std::move(answer));
}

}  // namespace trilogue::store
