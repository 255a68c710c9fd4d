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

}  // namespace

store::Key configured_key(const base::Secret& secret) {
  store::Key key;
  key.digest = admission::digest_of(secret.expose());
  key.id = admission::id_from_digest("key_", key.digest);
  key.account_id = "configuration";
  key.name = "api_keys of the configuration";
  key.hint = admission::hint_of(secret.expose());
  return key;
}

store::Account configured_account() {
  store::Account account;
  account.id = account.name = "configuration";
  return account;
}

base::Result<std::int64_t> fill_keyring(admission::Keyring& keyring, const store::Platform& platform,
                                        const std::vector<base::Secret>& configured) {
  auto held = wait_for<store::KeysAndAccounts>([&](auto answer) { platform.keys->all(std::move(answer)); });
  if (!held) return base::fail(std::move(held.error()));
  auto used = wait_for<store::Lifetimes>([&](auto answer) { platform.usage->lifetimes(std::move(answer)); });
  if (!used) return base::fail(std::move(used.error()));
  for (const auto& secret : configured) held->keys.push_back(configured_key(secret));
  if (!configured.empty()) held->accounts.push_back(configured_account());
  keyring.load(std::move(*held), used->rows);
  return used->newest;
}

store::OtherServers::News news_for(admission::Keyring& keyring, const base::Log& log) {
  store::OtherServers::News news;
  news.keys = [&keyring](store::KeysAndAccounts found) {
    for (auto& account : found.accounts) keyring.put(std::move(account));
    for (auto& key : found.keys) keyring.put(std::move(key));
  };
  news.used = [&keyring](const std::vector<store::LifetimeRow>& rows) { keyring.add_used(rows); };
  news.touch = [&keyring, &log](const std::optional<base::Failure>& lost) {
    keyring.set_current(!lost);
    if (lost) {
      log.write(base::LogLevel::warning, "no key is taken until the database is back: " + lost->message);
    } else {
      log.write(base::LogLevel::info, "the database is back, and keys are taken again");
    }
  };
  return news;
}

}  // namespace trilogue::app
