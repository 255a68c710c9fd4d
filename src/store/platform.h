// The database of keys and of what was used, opened whole: a file of this server's own, or a database that
// several servers share. One thread writes, one reads. Built once by app; the parts may be used by any
// thread.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "store/keys.h"
#include "store/ledger.h"
#include "store/other_servers.h"
#include "store/usage.h"

namespace trilogue::store {

struct Platform {
  Platform() = default;
  Platform(Platform&&) = default;
  Platform& operator=(Platform&& other) noexcept;  // what was there goes in the right order

  // The first is the last to go: the others have work done by it until their end.
  std::unique_ptr<DatabaseThread> writer;
  std::unique_ptr<DatabaseThread> reader;  // none in memory: the writer reads too
  std::unique_ptr<DatabaseThread> keeper;  // of the keys that are shared, which wait for no ledger
  std::unique_ptr<Keys> keys;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Usage> usage;
  std::unique_ptr<OtherServers> others;  // none where nothing is shared

  // Returns when every question that was asked before has had its answer: before those go who take them.
  void answer_all();
};

// `folder` "": all of it in memory, and of single requests the newest 100,000. Otherwise it is there and
// nobody else uses it. `shared`: the address of a PostgreSQL database, and `folder` keeps what is not there
// yet. Failure: in words for the operator; then nothing was overwritten.
base::Result<Platform> open_platform(const std::string& folder, bool durable,
                                     const base::Secret& shared = base::Secret());

}  // namespace trilogue::store
