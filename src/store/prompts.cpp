#include "store/prompts.h"

#include <utility>

#include "store/ask.h"
#include "store/schema_version.h"
#include "store/sqlite.h"

namespace trilogue::store {

using base::Result;

namespace {

constexpr int kSchemaVersion = 2;
constexpr int kPageBytes = 4096;
constexpr std::size_t kMostWaiting = 1000;

// What an earlier version kept is dropped: it does not say which of a trace's requests it was of, and prompts
// are a convenience that goes with time anyway.
constexpr const char* kSchema = R"sql(
DROP TABLE IF EXISTS prompts;
CREATE TABLE prompts (
  number  INTEGER PRIMARY KEY,
  span_id TEXT NOT NULL,
  cut     INTEGER NOT NULL,
  text    TEXT NOT NULL
);
CREATE INDEX prompts_by_request ON prompts (span_id);
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

std::optional<RecordedPrompt> read(Database& database, const std::string& span_id) {
  auto row = database.prepare("SELECT text, cut FROM prompts WHERE span_id = ?");
  if (!row.bind(span_id).step()) return std::nullopt;
  return RecordedPrompt{span_id, row.text(0), row.integer(1) != 0};
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
        database.prepare("INSERT INTO prompts (span_id, cut, text) VALUES (?, ?, ?)")
            .bind(prompt.span_id)
            .bind(std::int64_t{prompt.cut ? 1 : 0})
            .bind(prompt.text)
            .run();
        forget_old(database, count);
      },
      std::move(answer));
  return true;
}

void Prompts::find(std::string span_id, Answer<std::optional<RecordedPrompt>> answer) {
  ask<std::optional<RecordedPrompt>>(
      thread_, [span_id = std::move(span_id)](Database& database) { return read(database, span_id); },
      std::move(answer));
}

}  // namespace trilogue::store
