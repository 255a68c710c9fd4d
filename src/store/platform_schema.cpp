#include "store/platform_schema.h"

#include "store/schema_version.h"

namespace trilogue::store {

using base::Result;

namespace {

// What requests have in common stands once, in `labels`: a request's row is then half as long. `spans` says
// in which stretches of numbers a label occurs, which finds the newest requests of a key for far less than an
// index with an entry for each request: with six thousand labels that took 6 µs of 8.5 for a row.
constexpr const char* kSchema = R"sql(
CREATE TABLE accounts (
  number              INTEGER PRIMARY KEY,  -- in the order they were made
  id                  TEXT NOT NULL UNIQUE,
  name                TEXT NOT NULL UNIQUE,
  tier                TEXT NOT NULL,
  concurrency         INTEGER,              -- NULL, here and below: the tier's
  requests_per_minute INTEGER,
  tokens_per_minute   INTEGER,
  token_budget        INTEGER,
  cost_budget         INTEGER,
  created             INTEGER NOT NULL      -- seconds since 1970
);
CREATE TABLE keys (
  number              INTEGER PRIMARY KEY,
  id                  TEXT NOT NULL UNIQUE,
  account_id          TEXT NOT NULL REFERENCES accounts (id),
  name                TEXT NOT NULL,
  digest              BLOB NOT NULL UNIQUE, -- SHA-256 of the secret
  hint                TEXT NOT NULL,
  tier                TEXT NOT NULL,
  concurrency         INTEGER,
  requests_per_minute INTEGER,
  tokens_per_minute   INTEGER,
  token_budget        INTEGER,
  cost_budget         INTEGER,
  created             INTEGER NOT NULL,
  expires             INTEGER,
  revoked             INTEGER,
  deadline            INTEGER               -- milliseconds, of each request; NULL: the server's
);
CREATE TABLE key_models (
  key_id   TEXT NOT NULL REFERENCES keys (id),
  position INTEGER NOT NULL,
  model    TEXT NOT NULL,
  PRIMARY KEY (key_id, position)
) WITHOUT ROWID;
CREATE TABLE labels (
  label      INTEGER PRIMARY KEY,
  key_id     TEXT NOT NULL,
  account_id TEXT NOT NULL,
  model      TEXT NOT NULL,
  api        TEXT NOT NULL,
  server     TEXT NOT NULL,                 -- of those that share the database; '' of the only one
  UNIQUE (key_id, account_id, model, api, server)
);
CREATE TABLE requests (
  number           INTEGER PRIMARY KEY,     -- in the order they were settled
  label            INTEGER NOT NULL,        -- of labels; checked by nobody, for its cost a row
  arrived          INTEGER NOT NULL,        -- milliseconds since 1970
  first_token      INTEGER NOT NULL,        -- milliseconds from arrival
  total            INTEGER NOT NULL,
  prompt_tokens    INTEGER NOT NULL,
  cached_tokens    INTEGER NOT NULL,
  output_tokens    INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  cost             INTEGER NOT NULL,        -- millionths
  outcome          TEXT NOT NULL,
  trace_id         TEXT NOT NULL,
  queued           INTEGER,                 -- milliseconds from arrival until the engine began; NULL: unknown
  span_id          TEXT NOT NULL            -- of this request alone; '': of an earlier version
);
CREATE TABLE spans (
  label INTEGER NOT NULL REFERENCES labels (label),
  span  INTEGER NOT NULL,                   -- of requests: number / 32768
  PRIMARY KEY (label, span)
) WITHOUT ROWID;
CREATE TABLE usage (
  day              INTEGER NOT NULL,        -- days since 1970, UTC, of the arrival
  label            INTEGER NOT NULL REFERENCES labels (label),
  requests         INTEGER NOT NULL,
  prompt_tokens    INTEGER NOT NULL,
  cached_tokens    INTEGER NOT NULL,
  output_tokens    INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  cost             INTEGER NOT NULL,
  PRIMARY KEY (day, label)
) WITHOUT ROWID;
-- How far each journal has been moved into requests and usage.
CREATE TABLE journals (
  run   TEXT PRIMARY KEY,
  moved INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

constexpr const char* kSecond = R"sql(
ALTER TABLE keys ADD COLUMN deadline INTEGER;
ALTER TABLE requests ADD COLUMN queued INTEGER;
)sql";

// The old constraint stays, of four columns: in a file there is one server.
constexpr const char* kThird = "ALTER TABLE labels ADD COLUMN server TEXT NOT NULL DEFAULT ''";

constexpr const char* kFourth = "ALTER TABLE requests ADD COLUMN span_id TEXT NOT NULL DEFAULT ''";

}  // namespace

Result<void> prepare_platform(Database& database) {
  return bring_to_version(kPlatformVersion, database, [&database](std::int64_t found) {
    if (found == 0) database.run(kSchema);
    if (found == 1) database.run(kSecond);
    if (found == 1 || found == 2) database.run(kThird);
    if (found >= 1 && found <= 3) database.run(kFourth);
  });
}

}  // namespace trilogue::store
