// What the other servers on a shared database do, told as it happens: keys and accounts that they make,
// change or revoke, and what they have used. A thread and a connection of its own, which comes back by
// itself; while it is away nobody can say whether a key is still good, and that is told too. Built by
// open_platform().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "store/keys.h"
#include "store/usage.h"

namespace trilogue::store {

class PostgresConnection;

class OtherServers final {
 public:
  struct News {
    // Keys and accounts as they stand now, those of this server too. On the thread that `keys` answers on,
    // in the order in which the store changes.
    std::function<void(KeysAndAccounts)> keys;
    // What others have used since this was told the last time.
    std::function<void(const std::vector<LifetimeRow>&)> used;
    // A failure when the database is lost, nothing once all is told that had happened meanwhile.
    std::function<void(const std::optional<base::Failure>&)> touch;
  };

  // Listens from here on. Failure: unavailable. `keys` and `usage` outlive this.
  static base::Result<std::unique_ptr<OtherServers>> open(const base::Secret& shared, std::string server,
                                                          Keys& keys, Usage& usage);
  ~OtherServers();

  // Begins to tell: keys that change from open() on, and what is used in requests after `newest`. Once.
  void tell(News news, std::int64_t newest);

 private:
  OtherServers(const base::Secret& shared, std::string server, Keys& keys, Usage& usage);
  base::Result<void> listen();
  void loop(const std::stop_token& leaving);
  base::Result<void> follow();
  base::Result<void> come_back();
  base::Result<void> tell_keys(const std::vector<std::string>& ids);
  base::Result<void> tell_used();

  const base::Secret shared_;
  const std::string server_;
  Keys& keys_;
  Usage& usage_;
  std::unique_ptr<PostgresConnection> connection_;  // null while it is lost
  News news_;
  std::int64_t newest_ = 0;
  int ticks_ = 0;
  std::jthread thread_;  // last: it uses what stands above
};

}  // namespace trilogue::store
