#include "store/responses.h"

#include <optional>
#include <utility>

#include "store/responses_rows.h"
#include "store/responses_schema.h"
#include "store/sqlite.h"

namespace trilogue::store {

using base::FailureKind;
using base::Result;

namespace {

// One response takes no more than this part of the room: it could push out everybody else's.
constexpr std::int64_t kSharePerResponse = 4;

base::Failure too_large(std::int64_t bytes) {
  return {FailureKind::too_large, "There is no room for " + std::to_string(bytes) + " bytes", {}, {}};
}

}  // namespace

Result<std::unique_ptr<Responses>> Responses::open(const std::string& file, Bounds bounds,
                                                   base::WallClock clock) {
  auto database = open_sqlite(file);
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

// Looks at every row, so once in a while is enough.
void Responses::forget_the_old(Database& database) {
  constexpr std::int64_t kPause = 60;  // seconds
  if (now() < looked_for_old_ + kPause) return;
  looked_for_old_ = now();
  std::vector<Place> old;
  auto rows = database.prepare("SELECT number, bytes FROM responses WHERE created < ? AND finished = 1");
  rows.bind(now() - bounds_.age.count());
  while (rows.step()) old.push_back({rows.integer(0), rows.integer(1)});
  for (const Place& place : old) forget(database, place);
}

// What is still running stays, whatever it takes.
void Responses::make_room(Database& database) {
  forget_the_old(database);
  for (;;) {
    auto totals = database.prepare("SELECT count, bytes FROM totals");
    if (!totals.step() || (totals.integer(0) <= bounds_.count && totals.integer(1) <= bounds_.bytes)) return;
    auto oldest = database.prepare(
        "SELECT number, bytes FROM responses WHERE finished = 1 ORDER BY used, number LIMIT 1");
    if (!oldest.step()) return;
    forget(database, {oldest.integer(0), oldest.integer(1)});
  }
}

void Responses::add(NewResponse response, Answer<void> answer) {
  thread_.post(
      [this, response = std::move(response)](Database& database) {
        const auto bytes = static_cast<std::int64_t>(response.reply.size()) + size_of(response.input) +
                           size_of(response.output) + size_of(response.frames);
        if (bytes > bounds_.bytes / kSharePerResponse) return database.refuse(too_large(bytes));
        auto insert = database.prepare(
            "INSERT INTO responses (id, key_id, previous, created, used, finished, bytes, reply) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number");
        insert.bind(response.id)
            .bind(response.key_id)
            .bind(response.previous)
            .bind(now())
            .bind(now())
            .bind(response.finished ? 1 : 0)
            .bind(bytes)
            .bind(response.reply);
        const std::int64_t number = insert.step() ? insert.integer(0) : 0;
        add_items(database, {number, response.id}, false, response.input);
        add_items(database, {number, response.id}, true, response.output);
        for (const Frames& frames : response.frames) insert_frames(database, number, frames);
        count_in(database, 1, bytes);
        make_room(database);
      },
      std::move(answer));
}

void Responses::catch_up(Answer<void> answer) {
  thread_.post([](Database&) {}, std::move(answer));
}

void Responses::add_frames(std::string id, Frames frames, Answer<void> answer) {
  thread_.post(
      [id = std::move(id), frames = std::move(frames)](Database& database) {
        auto row = database.prepare("SELECT number FROM responses WHERE id = ?");
        if (!row.bind(id).step()) return;  // deleted meanwhile
        insert_frames(database, row.integer(0), frames);
        grow(database, id, static_cast<std::int64_t>(frames.bytes.size()));
      },
      std::move(answer));
}

void Responses::finish(std::string id, std::string reply, std::vector<Item> output, Answer<void> answer) {
  thread_.post(
      [this, id = std::move(id), reply = std::move(reply), output = std::move(output)](Database& database) {
        auto row = database.prepare("SELECT number, length(CAST(reply AS BLOB)) FROM responses WHERE id = ?");
        if (!row.bind(id).step()) return;  // deleted meanwhile
        add_items(database, {row.integer(0), id}, true, output);
        grow(database, id, static_cast<std::int64_t>(reply.size()) - row.integer(1) + size_of(output));
        database.prepare("UPDATE responses SET reply = ?, finished = 1, used = ? WHERE id = ?")
            .bind(reply)
            .bind(now())
            .bind(id)
            .run();
        make_room(database);
      },
      std::move(answer));
}

void Responses::remove(std::string key_id, std::string id, Answer<bool> answer) {
  ask<bool>(
      [key_id = std::move(key_id), id = std::move(id)](Database& database) -> Result<bool> {
        auto row = database.prepare("SELECT number, bytes FROM responses WHERE id = ? AND key_id = ?");
        if (!row.bind(id).bind(key_id).step()) return base::fail(not_found(id));
        forget(database, {row.integer(0), row.integer(1)});
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
        const auto number = number_of(database, key_id, id);
        if (!number) return base::fail(not_found(id));
        auto row = database.prepare(
            "SELECT first, count, bytes FROM frames WHERE response = ? AND first <= ? ORDER BY first DESC "
            "LIMIT 1");
        if (!row.bind(*number).bind(from).step()) return Frames{from, 0, {}};
        return from_frame({static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.text(2)},
                          from);
      },
      std::move(answer));
}

void Responses::input_items(std::string key_id, std::string id, Answer<std::vector<Item>> answer) {
  ask<std::vector<Item>>(
      [key_id = std::move(key_id), id = std::move(id)](Database& database) -> Result<std::vector<Item>> {
        const auto number = number_of(database, key_id, id);
        if (!number) return base::fail(not_found(id));
        auto rows = database.prepare(
            "SELECT id, json FROM items WHERE response = ? AND output = 0 ORDER BY position");
        return read_items(rows.bind(*number));
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
          auto rows =
              database.prepare("SELECT id, json FROM items WHERE response = ? ORDER BY output, position");
          rows.bind(*number);
          while (rows.step()) {
            if (!basket.take({rows.text(0), rows.text(1)})) return base::fail(too_much(max_bytes));
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
        const auto number = number_of(database, key_id, id);
        if (!number) return base::fail(not_found(id));
        auto row = database.prepare(
            "SELECT first, count, bytes FROM frames WHERE response = ? ORDER BY first DESC LIMIT 1");
        if (!row.bind(*number).step()) return Frames{};
        const auto first = static_cast<int>(row.integer(0)), count = static_cast<int>(row.integer(1));
        return from_frame({first, count, row.text(2)}, first + count - 1);
      },
      std::move(answer));
}

void Responses::unfinished(Answer<std::vector<Unfinished>> answer) {
  ask<std::vector<Unfinished>>(
      [](Database& database) -> Result<std::vector<Unfinished>> {
        std::vector<Unfinished> found;
        auto rows = database.prepare(
            "SELECT id, reply, coalesce((SELECT max(first + count) FROM frames WHERE response = number), 0) "
            "FROM responses WHERE finished = 0 ORDER BY number");
        while (rows.step()) found.push_back({rows.text(0), rows.text(1), static_cast<int>(rows.integer(2))});
        return found;
      },
      std::move(answer));
}

}  // namespace trilogue::store
