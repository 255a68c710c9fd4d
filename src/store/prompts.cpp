#include "store/prompts.h"

#include <utility>

#include "store/ask.h"
#include "store/schema_version.h"
#include "store/sqlite.h"

namespace trilogue::store {

using base::Result;

namespace {

constexpr int kSchemaVersion = 1;
constexpr int kPageBytes = 4096;
constexpr std::size_t kMostWaiting = 1000;

constexpr const char* kSchema = R"sql(
CREATE TABLE prompts (
  number   INTEGER PRIMARY KEY,
  trace_id TEXT NOT NULL,
  arrived  INTEGER NOT NULL,
  cut      INTEGER NOT NULL,
  text     TEXT NOT NULL
);
CREATE INDEX prompts_by_request ON prompts (arrived, trace_id);
)sql";

Result<void> prepare(Database& database) {
  database.run("PRAGMA secure_delete = ON");  // what goes is gone from the file too
  if (auto error = database.take_error()) return base::fail(std::move(*error));
  return bring_to_version(kSchemaVersion, database, [&database](std::int64_t) { database.run(kSchema); });
}

void forget_old(Database& database, std::int64_t count) {
  database.prepare("DELETE FROM prompts WHERE number <= (SELECT max(number) FROM prompts) - ?")
      .bind(count)
      .run();
}

std::optional<RecordedPrompt> read(Database& database, const std::string& trace_id, std::int64_t arrived) {
  auto row = database.prepare(
      "SELECT text, cut FROM prompts WHERE arrived = ? AND trace_id = ? ORDER BY number LIMIT 1");
  if (!row.bind(arrived).bind(trace_id).step()) return std::nullopt;
  return RecordedPrompt{trace_id, arrived, row.text(0), row.integer(1) != 0};
}

}  // namespace

Result<std::unique_ptr<Prompts>> Prompts::open(const std::string& file, std::int64_t count) {
  auto database = open_sqlite(file, kPageBytes, SqliteJournal::emptied);
  if (!database) return base::fail(std::move(database.error()));
  if (auto fine = prepare(**database); !fine) {
    fine.error().message = "Cannot use " + file + ": " + fine.error().message;
    return base::fail(std::move(fine.error()));
  }
  forget_old(**database, count);  // it may have been more before
  if (auto error = (*database)->take_error()) return base::fail(std::move(*error));
  return std::unique_ptr<Prompts>(new Prompts(std::move(*database), count));
}

bool Prompts::add(RecordedPrompt prompt, Answer<void> answer) {
  if (thread_.backlog() >= kMostWaiting) return false;
  thread_.post(
      [prompt = std::move(prompt), count = count_](Database& database) {
        database.prepare("INSERT INTO prompts (trace_id, arrived, cut, text) VALUES (?, ?, ?, ?)")
            .bind(prompt.trace_id)
            .bind(prompt.arrived)
            .bind(std::int64_t{prompt.cut ? 1 : 0})
            .bind(prompt.text)
            .run();
        forget_old(database, count);
      },
      std::move(answer));
  return true;
}

void Prompts::find(std::string trace_id, std::int64_t arrived, Answer<std::optional<RecordedPrompt>> answer) {
  ask<std::optional<RecordedPrompt>>(
      thread_,
      [trace_id = std::move(trace_id), arrived](Database& database) {
        return read(database, trace_id, arrived);
      },
      std::move(answer));
}

}  // namespace trilogue::store
