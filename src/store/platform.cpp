#include "store/platform.h"

#include <future>
#include <utility>

#include "store/platform_schema.h"
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

}  // namespace

Platform& Platform::operator=(Platform&& other) noexcept {
  const Platform gone(std::move(*this));
  writer = std::move(other.writer);
  reader = std::move(other.reader);
  keys = std::move(other.keys);
  ledger = std::move(other.ledger);
  usage = std::move(other.usage);
  return *this;
}

void Platform::answer_all() {
  for (DatabaseThread* const thread : {writer.get(), reader.get()}) {
    if (thread == nullptr) continue;
    auto answered = std::make_shared<std::promise<void>>();
    thread->post([](Database&) {}, [answered](const Result<void>&) { answered->set_value(); });
    answered->get_future().wait();
  }
}

Result<Platform> open_platform(const std::string& folder, bool durable) {
  const bool in_memory = folder.empty();
  const std::string file = in_memory ? "" : folder + "/platform.db";
  auto database = open_prepared(file);
  if (!database) return base::fail(std::move(database.error()));
  if (durable) {
    if (auto done = make_durable(**database); !done) return base::fail(std::move(done.error()));
  }
  Platform platform;
  platform.writer = std::make_unique<DatabaseThread>(std::move(*database));
  if (!in_memory) {
    auto reader = open_reader(file);
    if (!reader) return base::fail(std::move(reader.error()));
    platform.reader = std::move(*reader);
  }
  Ledger::Settings settings;
  settings.journal = in_memory ? "" : folder + "/ledger.journal";
  settings.durable = durable;
  auto ledger = Ledger::open(settings, *platform.writer);
  if (!ledger) return base::fail(std::move(ledger.error()));
  platform.ledger = std::move(*ledger);
  platform.keys = std::make_unique<Keys>(*platform.writer);
  platform.usage = std::make_unique<Usage>(in_memory ? *platform.writer : *platform.reader);
  return platform;
}

}  // namespace trilogue::store
