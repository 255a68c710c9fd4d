#include "app/keys_at_start.h"

#include <future>
#include <utility>

#include "admission/secret_text.h"

namespace trilogue::app {

namespace {

// Before there is an event loop to wait in.
template <class T, class Ask>
base::Result<T> wait_for(Ask ask) {
  std::promise<base::Result<T>> promise;
  ask([&promise](base::Result<T> answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

store::Key configured_key(const base::Secret& secret) {
  store::Key key;
  key.digest = admission::digest_of(secret.expose());
  key.id = admission::id_from_digest("key_", key.digest);
  key.account_id = "configuration";
  key.name = "api_keys of the configuration";
  key.hint = admission::hint_of(secret.expose());
  return key;
}

}  // namespace

base::Result<void> fill_keyring(admission::Keyring& keyring, const store::Platform& platform,
                                const std::vector<base::Secret>& configured) {
  auto held = wait_for<store::KeysAndAccounts>([&](auto answer) { platform.keys->all(std::move(answer)); });
  if (!held) return base::fail(std::move(held.error()));
  auto used = wait_for<std::vector<store::LifetimeRow>>(
      [&](auto answer) { platform.usage->lifetimes(std::move(answer)); });
  if (!used) return base::fail(std::move(used.error()));
  for (const auto& secret : configured) held->keys.push_back(configured_key(secret));
  if (!configured.empty()) {
    store::Account account;
    account.id = account.name = "configuration";
    held->accounts.push_back(std::move(account));
  }
  keyring.load(std::move(*held), *used);
  return {};
}

}  // namespace trilogue::app
