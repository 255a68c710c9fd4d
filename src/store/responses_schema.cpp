#include "store/responses_schema.h"

#include <utility>

namespace trilogue::store {

using base::FailureKind;
using base::Result;

namespace {

constexpr int kSchemaVersion = 1;

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
  response INTEGER NOT NULL REFERENCES responses ON DELETE CASCADE,
  output   INTEGER NOT NULL,           -- 0: what was sent, 1: what was answered
  position INTEGER NOT NULL,
  id       TEXT NOT NULL,
  json     TEXT NOT NULL,
  PRIMARY KEY (response, output, position)
) WITHOUT ROWID;
CREATE INDEX items_by_id ON items (id);
CREATE TABLE frames (
  response INTEGER NOT NULL REFERENCES responses ON DELETE CASCADE,
  first    INTEGER NOT NULL,           -- sequence number of its first frame
  count    INTEGER NOT NULL,
  bytes    BLOB NOT NULL,
  PRIMARY KEY (response, first)
) WITHOUT ROWID;
-- The sums of all rows, kept by the database itself, so that a bound costs one look.
CREATE TABLE totals (count INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO totals VALUES (0, 0);
CREATE TRIGGER response_added AFTER INSERT ON responses BEGIN
  UPDATE totals SET count = count + 1, bytes = bytes + new.bytes;
END;
CREATE TRIGGER response_grew AFTER UPDATE OF bytes ON responses BEGIN
  UPDATE totals SET bytes = bytes + new.bytes - old.bytes;
END;
CREATE TRIGGER response_gone AFTER DELETE ON responses BEGIN
  UPDATE totals SET count = count - 1, bytes = bytes - old.bytes;
END;
PRAGMA user_version = 1;
)sql";

}  // namespace

Result<void> prepare_responses(Database& database) {
  auto version = database.prepare("PRAGMA user_version");
  const std::int64_t found = version.step() ? version.integer(0) : 0;
  if (found == 0 && !database.failed()) database.run(kSchema);
  if (auto error = database.take_error()) return base::fail(std::move(*error));
  if (found > kSchemaVersion)
    return base::fail(FailureKind::unavailable, "the database was written by a newer version of Trilogue");
  return {};
}

}  // namespace trilogue::store
