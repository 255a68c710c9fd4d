#include "store/responses_schema.h"

#include <utility>

#include "store/packed_items.h"
#include "store/schema_version.h"

namespace trilogue::store {

using base::Result;

namespace {

constexpr int kSchemaVersion = 3;

// What is asked for by itself stands before the long texts, which SQLite reads only where they are wanted.
constexpr const char* kSchema = R"sql(
CREATE TABLE responses (
  number   INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  key_id   TEXT NOT NULL,
  previous TEXT NOT NULL,
  created  INTEGER NOT NULL,           -- seconds since 1970
  used     INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  bytes    INTEGER NOT NULL,           -- of everything stored with it
  spread   INTEGER NOT NULL,           -- 1: the tables below have parts of it
  count    INTEGER NOT NULL,           -- of its first frames, in the last column
  reply    TEXT NOT NULL,
  input    BLOB NOT NULL,              -- items, as store/packed_items.h has them
  output   BLOB NOT NULL,
  frames   BLOB NOT NULL
);
CREATE INDEX responses_by_use ON responses (used, number);
CREATE INDEX responses_unfinished ON responses (number) WHERE finished = 0;
-- Items that were not made with their response, so that their ids do not lead to it.
CREATE TABLE foreign_items (
  id       TEXT NOT NULL,
  response INTEGER NOT NULL,           -- number of its row above
  PRIMARY KEY (id, response)
) WITHOUT ROWID;
CREATE INDEX foreign_items_of ON foreign_items (response);
-- Frames beyond the first.
CREATE TABLE frames (
  response INTEGER NOT NULL,
  first    INTEGER NOT NULL,           -- sequence number of its first frame
  count    INTEGER NOT NULL,
  bytes    BLOB NOT NULL,
  PRIMARY KEY (response, first)
) WITHOUT ROWID;
-- The sums of all responses, kept with each change of them.
CREATE TABLE totals (count INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO totals VALUES (0, 0);
)sql";

// Earlier versions had a row for each item and each group of frames, which cost more than their bytes.
constexpr const char* kFromEarlier = R"sql(
DROP TRIGGER IF EXISTS response_added;
DROP TRIGGER IF EXISTS response_grew;
DROP TRIGGER IF EXISTS response_gone;
ALTER TABLE responses ADD COLUMN spread INTEGER NOT NULL DEFAULT 1;
ALTER TABLE responses ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE responses ADD COLUMN input BLOB NOT NULL DEFAULT '';
ALTER TABLE responses ADD COLUMN output BLOB NOT NULL DEFAULT '';
ALTER TABLE responses ADD COLUMN frames BLOB NOT NULL DEFAULT '';
DROP TABLE IF EXISTS foreign_items;
CREATE TABLE foreign_items (
  id       TEXT NOT NULL,
  response INTEGER NOT NULL,
  PRIMARY KEY (id, response)
) WITHOUT ROWID;
CREATE INDEX foreign_items_of ON foreign_items (response);
INSERT OR IGNORE INTO foreign_items SELECT id, response FROM items;
)sql";

void pack_items(Database& database) {
  auto rows =
      database.prepare("SELECT response, output, id, json FROM items ORDER BY response, output, position");
  std::int64_t number = 0;
  std::string packed[2];
  const auto write = [&] {
    database.prepare("UPDATE responses SET input = ?, output = ? WHERE number = ?")
        .bind_blob(packed[0])
        .bind_blob(packed[1])
        .bind(number)
        .run();
    packed[0].clear();
    packed[1].clear();
  };
  while (rows.step()) {
    if (rows.integer(0) != number && number != 0) write();
    number = rows.integer(0);
    pack(packed[rows.integer(1) == 0 ? 0 : 1], {rows.text(2), rows.text(3)});
  }
  if (number != 0) write();
}

}  // namespace

Result<void> prepare_responses(Database& database) {
  auto prepared = bring_to_version(kSchemaVersion, database, [&database](std::int64_t found) {
    if (found == 0) {
      database.run(kSchema);
      return;
    }
    database.run(kFromEarlier);
    pack_items(database);
    database.run("DROP TABLE items");
  });
  if (!prepared) return prepared;
  database.run("PRAGMA foreign_keys = OFF");  // tables of version 1 still name them
  if (auto error = database.take_error()) return base::fail(std::move(*error));
  return {};
}

}  // namespace trilogue::store
