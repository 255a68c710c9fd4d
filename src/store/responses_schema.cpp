#include "store/responses_schema.h"

#include <utility>

#include "store/schema_version.h"

namespace trilogue::store {

using base::Result;

namespace {

constexpr int kSchemaVersion = 2;

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
  reply    TEXT NOT NULL
);
CREATE INDEX responses_by_use ON responses (used, number);
CREATE INDEX responses_unfinished ON responses (number) WHERE finished = 0;
CREATE TABLE items (
  response INTEGER NOT NULL,           -- number of its row above
  output   INTEGER NOT NULL,           -- 0: what was sent, 1: what was answered
  position INTEGER NOT NULL,
  id       TEXT NOT NULL,
  json     TEXT NOT NULL,
  PRIMARY KEY (response, output, position)
) WITHOUT ROWID;
-- Items that were not made with their response, so that their ids do not lead to it.
CREATE TABLE foreign_items (
  response INTEGER NOT NULL,
  output   INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id       TEXT NOT NULL,
  PRIMARY KEY (response, output, position)
) WITHOUT ROWID;
CREATE INDEX foreign_items_by_id ON foreign_items (id);
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

// Version 1 kept the sums by triggers, the parts by foreign keys and every item in an index, which cost as
// much as the rows themselves.
constexpr const char* kFromVersion1 = R"sql(
DROP TRIGGER response_added;
DROP TRIGGER response_grew;
DROP TRIGGER response_gone;
CREATE TABLE foreign_items (
  response INTEGER NOT NULL,
  output   INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id       TEXT NOT NULL,
  PRIMARY KEY (response, output, position)
) WITHOUT ROWID;
INSERT INTO foreign_items SELECT response, output, position, id FROM items;
DROP INDEX items_by_id;
CREATE INDEX foreign_items_by_id ON foreign_items (id);
)sql";

}  // namespace

Result<void> prepare_responses(Database& database) {
  auto prepared = bring_to_version(kSchemaVersion, database, [&database](std::int64_t found) {
    database.run(found == 0 ? kSchema : kFromVersion1);
  });
  if (!prepared) return prepared;
  database.run("PRAGMA foreign_keys = OFF");  // tables of version 1 still name them
  if (auto error = database.take_error()) return base::fail(std::move(*error));
  return {};
}

}  // namespace trilogue::store
