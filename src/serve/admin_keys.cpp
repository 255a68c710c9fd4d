#include "serve/admin_keys.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "admission/keyring.h"
#include "admission/secret_text.h"
#include "serve/admin_accounts.h"
#include "serve/json_body.h"
#include "serve/key_settings.h"
#include "serve/reply.h"
#include "serve/stored.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;

using admission::KeyState;
using base::FailureKind;
using base::Result;

namespace {

using State = std::shared_ptr<const KeyState>;

struct NewKey {
  State state;
  base::Secret secret;
};

std::int64_t now(const Services& services) {
  return base::unix_seconds(services.wall_clock());
}

Result<State> find(const Services& services, const std::string& id) {
  auto state = services.keyring.find_by_id(id);
  if (state == nullptr) return base::fail(FailureKind::not_found, "No key with id '" + id + "' found");
  return state;
}

// Of a key that the configuration does not hold; whether it is revoked is for the store to say.
Result<void> is_in_store(const Services& services, const std::string& id) {
  const auto state = find(services, id);
  if (!state) return base::fail(state.error());
  if ((*state)->key.account_id == kConfigured)
    return base::invalid("", "This key stands in the configuration: change it there");
  return {};
}

// ---- what is done ----

// Memory follows the store in the store's own order: who changes a key at the same time as somebody else
// finds the same winner in both.
template <class Row>
store::Keys::Answer<void> and_then_hold(Services& services, Row row, store::Keys::Answer<void> answer) {
  return [&services, row = std::move(row), answer = std::move(answer)](Result<void> written) {
    if (written) services.keyring.put(row);
    answer(std::move(written));
  };
}

template <class Row>
asio::awaitable<Result<void>> add(Services& services, Row row) {
  auto ask = [&services, &row](auto answer) {
    services.keys.add(row, and_then_hold(services, row, std::move(answer)));
  };
  co_return co_await answered<void>(std::move(ask));
}

asio::awaitable<Result<NewKey>> create(Services& services, KeySettings settings) {
  store::Key key;
  key.id = "key_" + services.random.text(base::kLowerHex, 16);
  key.name = key.id;
  key.created = now(services);
  settings.apply_to(key);
  auto account = co_await find_or_make_account(services, settings.account.value_or(key.id));
  if (!account) co_return base::fail(std::move(account.error()));
  key.account_id = account->id;
  base::Secret secret = admission::new_key_secret(services.random);
  key.digest = admission::digest_of(secret.expose());
  key.hint = admission::hint_of(secret.expose());
  auto added = co_await add(services, key);
  if (!added) co_return base::fail(std::move(added.error()));
  co_return NewKey{services.keyring.find_by_id(key.id), std::move(secret)};
}

// Done to the key as it stands in the store at that moment: what others did meanwhile is never undone.
asio::awaitable<Result<State>> write(Services& services, std::string id, store::Keys::Change change) {
  if (auto fine = is_in_store(services, id); !fine) co_return base::fail(std::move(fine.error()));
  auto ask = [&](auto answer) {
    auto hold = [&services, answer = std::move(answer)](Result<store::Key> written) {
      if (written) services.keyring.put(*written);
      answer(std::move(written));
    };
    services.keys.change(id, std::move(change), std::move(hold));
  };
  auto changed = co_await answered<store::Key>(std::move(ask));
  if (!changed) co_return base::fail(std::move(changed.error()));
  co_return services.keyring.find_by_id(id);
}

Result<void> is_good(const store::Key& key) {
  if (key.revoked) return base::invalid("", "This key has been revoked");
  return {};
}

asio::awaitable<Result<State>> change(Services& services, Call& call) {
  if (auto fine = is_in_store(services, call.argument); !fine) co_return base::fail(std::move(fine.error()));
  auto body = co_await read_json_body(call, kMostSettings);
  if (!body) co_return base::fail(std::move(body.error()));
  auto settings = parse_key_settings(std::move(*body));
  if (!settings) co_return base::fail(settings.error());
  if (settings->account) co_return base::invalid("account", "a key cannot move to another account");
  auto apply = [settings = std::move(*settings)](store::Key& key) -> Result<void> {
    if (auto fine = is_good(key); !fine) return fine;
    settings.apply_to(key);
    return {};
  };
  co_return co_await write(services, call.argument, std::move(apply));
}

asio::awaitable<Result<State>> revoke(Services& services, const std::string& id) {
  auto state = find(services, id);
  if (!state || (*state)->key.revoked) co_return state;
  auto apply = [at = now(services)](store::Key& key) -> Result<void> {
    if (!key.revoked) key.revoked = at;
    return {};
  };
  co_return co_await write(services, id, std::move(apply));
}

asio::awaitable<Result<NewKey>> rotate(Services& services, const std::string& id) {
  base::Secret secret = admission::new_key_secret(services.random);
  auto apply = [digest = admission::digest_of(secret.expose()),
                hint = admission::hint_of(secret.expose())](store::Key& key) -> Result<void> {
    if (auto fine = is_good(key); !fine) return fine;
    key.digest = digest;
    key.hint = hint;
    return {};
  };
  auto changed = co_await write(services, id, std::move(apply));
  if (!changed) co_return base::fail(std::move(changed.error()));
  co_return NewKey{std::move(*changed), std::move(secret)};
}

// ---- what is answered ----

std::string key_json(const Services& services, const KeyState& state, const base::Secret* secret) {
  std::string body;
  wire::JsonWriter json(body);
  write_key(json, state, account_name(services, state.key.account_id), services.wall_clock(), secret);
  return body;
}

asio::awaitable<void> reply_key(Services& services, Call& call, Result<State> state) {
  if (!state) {
    co_await reply_failure(call, std::move(state.error()));
    co_return;
  }
  co_await reply_json(call, key_json(services, **state, nullptr));
}

asio::awaitable<void> reply_new_key(Services& services, Call& call, Result<NewKey> made, int status) {
  if (!made) {
    co_await reply_failure(call, std::move(made.error()));
    co_return;
  }
  call.headers.add("Cache-Control", "no-store");
  co_await reply_json(call, key_json(services, *made->state, &made->secret), status);
}

}  // namespace

asio::awaitable<void> list_keys(Services& services, Call& call) {
  auto keys = services.keyring.all();
  std::reverse(keys.begin(), keys.end());
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "list").key("data").begin_array();
  for (const auto& state : keys)
    write_key(json, *state, account_name(services, state->key.account_id), services.wall_clock(), nullptr);
  json.end_array().end_object();
  co_await reply_json(call, std::move(body));
}

asio::awaitable<void> create_key(Services& services, Call& call) {
  auto body = co_await read_json_body(call, kMostSettings);
  if (!body) {
    co_await reply_failure(call, std::move(body.error()));
    co_return;
  }
  auto settings = parse_key_settings(std::move(*body));
  if (!settings) {
    co_await reply_failure(call, std::move(settings.error()));
    co_return;
  }
  auto made = co_await create(services, std::move(*settings));
  co_await reply_new_key(services, call, std::move(made), 201);
}

asio::awaitable<void> show_key(Services& services, Call& call) {
  auto state = find(services, call.argument);
  co_await reply_key(services, call, std::move(state));
}

asio::awaitable<void> change_key(Services& services, Call& call) {
  auto state = co_await change(services, call);
  co_await reply_key(services, call, std::move(state));
}

asio::awaitable<void> revoke_key(Services& services, Call& call) {
  auto state = co_await revoke(services, call.argument);
  co_await reply_key(services, call, std::move(state));
}

asio::awaitable<void> rotate_key(Services& services, Call& call) {
  auto made = co_await rotate(services, call.argument);
  co_await reply_new_key(services, call, std::move(made), 200);
}

}  // namespace trilogue::serve
