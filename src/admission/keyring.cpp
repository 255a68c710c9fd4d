#include "admission/keyring.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <tuple>
#include <utility>

namespace trilogue::admission {

namespace {

std::uint64_t beginning_of(std::string_view digest) {
  std::uint64_t first = 0;
  std::memcpy(&first, digest.data(), std::min(sizeof first, digest.size()));
  return first;
}

// A tier that this version does not know has no limits but the key's own.
Tier tier_of(const std::string& name) {
  return base::from_text(kTierNames, name).value_or(Tier::local);
}

}  // namespace

void Keyring::set(Meter& meter, const std::string& tier, const store::Allowance& allowance) const {
  meter.set(limits_of(tier_of(tier), allowance), {allowance.token_budget, allowance.cost_budget}, limits_);
}

bool KeyState::may_use(std::string_view model) const {
  return key.models.empty() || std::ranges::find(key.models, model) != key.models.end();
}

bool KeyState::expired(base::WallTime now) const {
  return key.expires && *key.expires <= base::unix_seconds(now);
}

void Keyring::load(store::KeysAndAccounts held, const std::vector<store::LifetimeRow>& used) {
  const std::lock_guard lock(mutex_);
  std::unordered_map<std::string, std::pair<std::int64_t, std::int64_t>> by_key;
  std::unordered_map<std::string, std::pair<std::int64_t, std::int64_t>> by_account;
  for (const auto& row : used) {
    for (auto* const sum : {&by_key[row.key_id], &by_account[row.account_id]}) {
      sum->first += row.tokens;
      sum->second += row.cost;
    }
  }
  for (auto& account : held.accounts) {
    const auto [tokens, cost] = by_account[account.id];
    auto meter = std::make_shared<Meter>(tokens, cost);
    set(*meter, account.tier, account.allowance);
    std::string id = account.id;
    accounts_[std::move(id)] = {std::move(account), std::move(meter)};
  }
  for (auto& key : held.keys) {
    const auto [tokens, cost] = by_key[key.id];
    place(std::move(key), std::make_shared<Meter>(tokens, cost));
  }
}

HeldAccount& Keyring::held(const std::string& account_id) {
  HeldAccount& held = accounts_[account_id];
  if (!held.meter) held.meter = std::make_shared<Meter>(0, 0);
  return held;
}

void Keyring::put(store::Account account) {
  const std::lock_guard lock(mutex_);
  HeldAccount& place = held(account.id);
  set(*place.meter, account.tier, account.allowance);
  place.account = std::move(account);
}

void Keyring::put(store::Key key) {
  const std::lock_guard lock(mutex_);
  const auto known = by_id_.find(key.id);
  auto meter = known == by_id_.end() ? unknown(key.id) : known->second->meter;
  unknown_.erase(key.id);
  place(std::move(key), std::move(meter));
}

std::shared_ptr<Meter> Keyring::unknown(const std::string& key_id) {
  auto& meter = unknown_[key_id];
  if (!meter) meter = std::make_shared<Meter>(0, 0);
  return meter;
}

base::Result<void> Keyring::check_current() const {
  if (current_.load(std::memory_order_acquire)) return {};
  return base::fail(
      {base::FailureKind::unavailable,
       "The database of the keys cannot be reached, so no key can be checked; try again shortly",
       {},
       std::chrono::seconds(1)});
}

void Keyring::add_used(const std::vector<store::LifetimeRow>& used) {
  const std::lock_guard lock(mutex_);
  for (const auto& row : used) {
    const auto known = by_id_.find(row.key_id);
    const auto meter = known == by_id_.end() ? unknown(row.key_id) : known->second->meter;
    meter->add_used(row.tokens, row.cost);
    held(row.account_id).meter->add_used(row.tokens, row.cost);
  }
}

void Keyring::place(store::Key key, std::shared_ptr<Meter> meter) {
  set(*meter, key.tier, key.allowance);
  const std::string id = key.id;
  const auto known = by_id_.find(id);
  if (known != by_id_.end() && !key.revoked) key.revoked = known->second->key.revoked;  // for good
  auto account_meter = held(key.account_id).meter;
  auto state =
      std::make_shared<KeyState>(KeyState{std::move(key), std::move(meter), std::move(account_meter)});
  auto& place = by_id_[id];
  if (place) {
    by_digest_.erase(beginning_of(place->key.digest));
    state->revoked = place->revoked;
  } else {
    order_.push_back(id);
  }
  place = state;
  if (state->key.revoked) {
    state->revoked.request_stop();
  } else {
    by_digest_[beginning_of(state->key.digest)] = std::move(state);
  }
  size_.store(std::max(size_.load(std::memory_order_relaxed), order_.size()), std::memory_order_release);
}

void Keyring::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  found->second->revoked.request_stop();
  by_digest_.erase(beginning_of(found->second->key.digest));
  by_id_.erase(found);
  std::erase(order_, id);
}

std::shared_ptr<const KeyState> Keyring::find(std::string_view digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_digest_.find(beginning_of(digest));
  if (found == by_digest_.end()) return nullptr;
  const std::string& held = found->second->key.digest;
  const bool same =
      held.size() == digest.size() && CRYPTO_memcmp(held.data(), digest.data(), held.size()) == 0;
  return same ? found->second : nullptr;
}

std::shared_ptr<const KeyState> Keyring::find_by_id(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const KeyState>> Keyring::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const KeyState>> keys;
  keys.reserve(order_.size());
  for (const auto& id : order_) keys.push_back(by_id_.at(id));
  return keys;
}

std::optional<store::Account> Keyring::account(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? std::nullopt : std::optional(found->second.account);
}

std::optional<HeldAccount> Keyring::held_account(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(id);
  return found == accounts_.end() || found->second.account.id.empty() ? std::nullopt
                                                                      : std::optional(found->second);
}

std::vector<HeldAccount> Keyring::accounts() const {
  std::vector<HeldAccount> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, held] : accounts_) {
      if (!held.account.id.empty()) all.push_back(held);
    }
  }
  std::ranges::sort(all, [](const HeldAccount& a, const HeldAccount& b) {
    return std::tuple(b.account.created, std::string_view(a.account.name)) <
           std::tuple(a.account.created, std::string_view(b.account.name));
  });
  return all;
}

std::optional<store::Account> Keyring::account_named(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, held] : accounts_) {
    if (held.account.name == name) return held.account;
  }
  return std::nullopt;
}

}  // namespace trilogue::admission
