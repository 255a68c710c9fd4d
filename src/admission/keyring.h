// The keys that may spend, in memory: found by the digest of what a caller shows, each with its meters.
// Filled at the start from the store and the configuration, changed when an operator makes, changes or
// revokes a key. Any thread. Holds digests only; a key that was given cannot be read back.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "admission/meter.h"
#include "base/result.h"
#include "store/keys.h"
#include "store/usage.h"

namespace trilogue::admission {

// A key as it stands, shared with the requests that it let in. Never changed but for what locks for itself:
// a key that is changed gets a new one, with the same meters.
struct KeyState {
  store::Key key;
  std::shared_ptr<Meter> meter;
  std::shared_ptr<Meter> account_meter;
  std::stop_source revoked{};  // stopped when its running requests must end

  bool may_use(std::string_view model) const;
  bool expired(base::WallTime now) const;
};

// An account as it stands, with the meter that its keys share.
struct HeldAccount {
  store::Account account;
  std::shared_ptr<Meter> meter;
};

class Keyring final {
 public:
  explicit Keyring(LimitsCounted limits = LimitsCounted::here) : limits_(limits) {}

  // Everything the store holds, and what was used of it in the past.
  void load(store::KeysAndAccounts held, const std::vector<store::LifetimeRow>& used);

  // A key or an account that is new, or stands differently now. Revoking one ends what it runs.
  void put(store::Key key);
  void put(store::Account account);

  // What other servers have used since load(), and since the last call of this.
  void add_used(const std::vector<store::LifetimeRow>& used);

  // Whether it holds what the store holds. A server that has lost its database does not know who is revoked,
  // and lets nobody in meanwhile. Failure: unavailable.
  void set_current(bool current) { current_.store(current, std::memory_order_release); }
  base::Result<void> check_current() const;

  // Forgets a key that no longer stands in the configuration, and ends what it runs. Opens nothing.
  void remove(const std::string& id);

  // Once there was a key, callers need one; revoking the last opens nothing.
  bool empty() const { return size_.load(std::memory_order_acquire) == 0; }

  // The key of that digest, revoked ones left out; null for one that is not known.
  std::shared_ptr<const KeyState> find(std::string_view digest) const;
  std::shared_ptr<const KeyState> find_by_id(const std::string& id) const;  // revoked ones too
  std::vector<std::shared_ptr<const KeyState>> all() const;                 // oldest first
  std::optional<store::Account> account(const std::string& id) const;
  std::optional<HeldAccount> held_account(const std::string& id) const;
  std::vector<HeldAccount> accounts() const;  // newest first
  std::optional<store::Account> account_named(const std::string& name) const;

 private:
  void set(Meter& meter, const std::string& tier, const store::Allowance& allowance) const;
  void place(store::Key key, std::shared_ptr<Meter> meter);
  HeldAccount& held(const std::string& account_id);
  std::shared_ptr<Meter> unknown(const std::string& key_id);

  const LimitsCounted limits_;
  mutable std::mutex mutex_;
  std::atomic<std::size_t> size_ = 0;
  std::atomic<bool> current_ = true;
  std::unordered_map<std::string, std::shared_ptr<KeyState>> by_id_;
  std::vector<std::string> order_;                                   // ids, oldest first
  std::unordered_map<std::string, std::shared_ptr<Meter>> unknown_;  // of keys that are told of later
  std::unordered_map<std::string, HeldAccount> accounts_;
  // By the first eight bytes of the digest, which nobody can choose; the rest is compared in constant time.
  std::unordered_map<std::uint64_t, std::shared_ptr<const KeyState>> by_digest_;
};

}  // namespace trilogue::admission
