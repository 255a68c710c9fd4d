#include "store/platform.h"

#include <future>
#include <utility>

#include "store/platform_schema.h"
#include "store/postgres.h"
#include "store/server_id.h"
#include "store/sqlite.h"

namespace trilogue::store {

using base::Result;

namespace {

Result<std::unique_ptr<Database>> open_prepared(const std::string& file) {
  auto database = open_sqlite(file);
  if (!database) return database;
  if (auto fine = prepare_platform(**database); !fine) {
    fine.error().message = "Cannot use " + file + ": " + fine.error().message;
    return base::fail(std::move(fine.error()));
  }
  return database;
}

// A commit is on the disk before the journal lets go of what it holds.
Result<void> make_durable(Database& database) {
  database.run("PRAGMA synchronous = FULL");
  if (auto error = database.take_error()) return base::fail(std::move(*error));
  return {};
}

Result<std::unique_ptr<DatabaseThread>> open_reader(const std::string& file) {
  auto database = open_sqlite(file);
  if (!database) return base::fail(std::move(database.error()));
  (*database)->run("PRAGMA query_only = ON");
  if (auto error = (*database)->take_error()) return base::fail(std::move(*error));
  return std::make_unique<DatabaseThread>(std::move(*database));
}

Result<std::unique_ptr<DatabaseThread>> open_shared(const base::Secret& shared, PostgresUse use) {
  auto database = open_postgres(shared, use);
  if (!database) return base::fail(std::move(database.error()));
  if (use == PostgresUse::writing) {
    if (auto fine = prepare_platform(**database); !fine) return base::fail(std::move(fine.error()));
  }
  return std::make_unique<DatabaseThread>(std::move(*database));
}

// The threads, and the ledger with what its journal tells.
Result<Platform> open_file(const std::string& folder, bool durable) {
  const std::string file = folder.empty() ? "" : folder + "/platform.db";
  auto database = open_prepared(file);
  if (!database) return base::fail(std::move(database.error()));
  if (durable) {
    if (auto done = make_durable(**database); !done) return base::fail(std::move(done.error()));
  }
  Platform platform;
  platform.writer = std::make_unique<DatabaseThread>(std::move(*database));
  if (folder.empty()) return platform;
  auto reader = open_reader(file);
  if (!reader) return base::fail(std::move(reader.error()));
  platform.reader = std::move(*reader);
  return platform;
}

Result<Platform> open_server(const base::Secret& shared) {
  Platform platform;
  auto writer = open_shared(shared, PostgresUse::writing);
  if (!writer) return base::fail(std::move(writer.error()));
  platform.writer = std::move(*writer);
  auto keeper = open_shared(shared, PostgresUse::writing);
  if (!keeper) return base::fail(std::move(keeper.error()));
  platform.keeper = std::move(*keeper);
  auto reader = open_shared(shared, PostgresUse::reading);
  if (!reader) return base::fail(std::move(reader.error()));
  platform.reader = std::move(*reader);
  return platform;
}

}  // namespace

Platform& Platform::operator=(Platform&& other) noexcept {
  const Platform gone(std::move(*this));
  writer = std::move(other.writer);
  reader = std::move(other.reader);
  keeper = std::move(other.keeper);
  keys = std::move(other.keys);
  ledger = std::move(other.ledger);
  usage = std::move(other.usage);
  others = std::move(other.others);
  return *this;
}

void Platform::answer_all() {
  for (DatabaseThread* const thread : {writer.get(), reader.get(), keeper.get()}) {
    if (thread == nullptr) continue;
    auto answered = std::make_shared<std::promise<void>>();
    thread->post([](Database&) {}, [answered](const Result<void>&) { answered->set_value(); });
    answered->get_future().wait();
  }
}

Result<Platform> open_platform(const std::string& folder, bool durable, const base::Secret& shared) {
  if (folder.empty() && !shared.empty())
    return base::invalid("", "a shared database needs a data directory beside it: set `data`");
  Ledger::Settings settings;
  settings.journal = folder.empty() ? "" : folder + "/ledger.journal";
  settings.durable = durable;
  if (!shared.empty()) {
    auto server = server_id(folder);
    if (!server) return base::fail(std::move(server.error()));
    settings.server = std::move(*server);
  }
  auto platform = shared.empty() ? open_file(folder, durable) : open_server(shared);
  if (!platform) return platform;
  auto ledger = Ledger::open(settings, *platform->writer);
  if (!ledger) return base::fail(std::move(ledger.error()));
  platform->ledger = std::move(*ledger);
  platform->keys = std::make_unique<Keys>(platform->keeper ? *platform->keeper : *platform->writer);
  platform->usage = std::make_unique<Usage>(platform->reader ? *platform->reader : *platform->writer);
  if (shared.empty()) return platform;
  auto others = OtherServers::open(shared, settings.server, *platform->keys, *platform->usage);
  if (!others) return base::fail(std::move(others.error()));
  platform->others = std::move(*others);
  return platform;
}

}  // namespace trilogue::store
