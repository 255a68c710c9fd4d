#include "serve/admin_accounts.h"

#include <optional>
#include <unordered_map>
#include <utility>

#include "serve/json_body.h"
#include "serve/key_settings.h"
#include "serve/reply.h"
#include "serve/stored.h"
#include "wire/json.h"
#include "wire/json_node.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;

using admission::HeldAccount;
using base::FailureKind;
using base::Result;

namespace {

constexpr std::string_view kIdPrefix = "acct_";

struct AccountSettings {
  std::optional<std::string> name;
  AllowanceSettings allowance;
};

// Not one that looks like an id: commands take either.
std::optional<std::string> read_account_name(wire::Reader& reader, const wire::Node& node) {
  auto name = read_name(reader, node);
  if (name && name->starts_with(kIdPrefix))
    reader.fault(node, "a name may not begin with " + std::string(kIdPrefix) + ", as ids do");
  return name;
}

asio::awaitable<Result<AccountSettings>> read_settings(Call& call) {
  auto body = co_await read_json_body(call, kMostSettings);
  if (!body) co_return base::fail(std::move(body.error()));
  const auto document = wire::Document::parse(std::move(*body));
  if (!document) co_return base::fail(document.error());
  const wire::Node root(document->root());
  wire::Reader reader;
  AccountSettings settings;
  if (reader.require(root) && reader.is_object(root)) {
    reader.only(root, {"name", "tier", "limits", "budget"});
    refuse_null(reader, root, "name");
    settings.name = read_account_name(reader, root.field("name"));
    settings.allowance = read_allowance(reader, root);
  }
  if (reader.failed()) co_return base::fail(reader.take_fault());
  co_return settings;
}

tl::unexpected<base::Failure> not_in_store(std::string path) {
  return base::invalid(std::move(path),
                       "The account `configuration` stands for the keys of the configuration");
}

// By its id, or else by its name.
Result<HeldAccount> find(const Services& services, const std::string& id_or_name) {
  auto held = services.keyring.held_account(id_or_name);
  if (!held) {
    if (const auto named = services.keyring.account_named(id_or_name))
      held = services.keyring.held_account(named->id);
  }
  if (!held)
    return base::fail(FailureKind::not_found, "No account with id or name '" + id_or_name + "' found");
  return std::move(*held);
}

// Memory follows the store in the store's own order, as with keys.
auto and_then_hold(Services& services, store::Account account, store::Keys::Answer<void> answer) {
  return [&services, account = std::move(account), answer = std::move(answer)](Result<void> written) {
    if (written) services.keyring.put(account);
    answer(std::move(written));
  };
}

asio::awaitable<Result<void>> add(Services& services, store::Account account) {
  auto ask = [&services, &account](auto answer) {
    services.keys.add(account, and_then_hold(services, account, std::move(answer)));
  };
  co_return co_await answered<void>(std::move(ask));
}

// Done to the account as it stands in the store at that moment: what others did meanwhile is never undone.
asio::awaitable<Result<store::Account>> write(Services& services, std::string id, AccountSettings settings) {
  auto apply = [settings = std::move(settings)](store::Account& account) -> Result<void> {
    if (settings.name) account.name = *settings.name;
    settings.allowance.apply_to(account.tier, account.allowance);
    return {};
  };
  auto ask = [&](auto answer) {
    auto hold = [&services, answer = std::move(answer)](Result<store::Account> written) {
      if (written) services.keyring.put(*written);
      answer(std::move(written));
    };
    services.keys.change_account(id, std::move(apply), std::move(hold));
  };
  co_return co_await answered<store::Account>(std::move(ask));
}

store::Account new_account(Services& services, std::string name) {
  store::Account account;
  account.id = std::string(kIdPrefix) + services.random.text(base::kLowerHex, 16);
  account.name = std::move(name);
  account.created = base::unix_seconds(services.wall_clock());
  return account;
}

asio::awaitable<Result<HeldAccount>> create(Services& services, Call& call) {
  auto settings = co_await read_settings(call);
  if (!settings) co_return base::fail(std::move(settings.error()));
  if (!settings->name) co_return base::invalid("name", "expected the name of the account");
  if (*settings->name == kConfigured) co_return not_in_store("name");
  store::Account account = new_account(services, std::move(*settings->name));
  settings->allowance.apply_to(account.tier, account.allowance);
  auto added = co_await add(services, account);
  if (!added) co_return base::fail(std::move(added.error()));
  co_return find(services, account.id);
}

asio::awaitable<Result<HeldAccount>> change(Services& services, Call& call) {
  auto held = find(services, call.argument);
  if (!held) co_return held;
  if (held->account.id == kConfigured) co_return not_in_store("");
  auto settings = co_await read_settings(call);
  if (!settings) co_return base::fail(std::move(settings.error()));
  if (settings->name == std::optional(std::string(kConfigured))) co_return not_in_store("name");
  const std::string id = held->account.id;
  auto written = write(services, id, std::move(*settings));
  auto changed = co_await std::move(written);
  if (!changed) co_return base::fail(std::move(changed.error()));
  co_return find(services, id);
}

// ---- what is answered ----

void write_account(wire::JsonWriter& json, const HeldAccount& held, std::int64_t keys) {
  const store::Account& account = held.account;
  json.begin_object().field("object", "account").field("id", account.id);
  json.field("name", account.name);
  json.field("source", account.id == kConfigured ? kConfigured : "store");
  write_allowance(json, account.tier, account.allowance);
  json.field("created_at", account.created).field("keys", keys);
  write_used(json, held.meter->reading(std::chrono::steady_clock::now()));
  json.end_object();
}

// How many keys that are not revoked each account has, by its id.
std::unordered_map<std::string, std::int64_t> count_keys(const Services& services) {
  std::unordered_map<std::string, std::int64_t> counts;
  for (const auto& key : services.keyring.all()) {
    if (!key->key.revoked) ++counts[key->key.account_id];
  }
  return counts;
}

asio::awaitable<void> reply_account(Services& services, Call& call, Result<HeldAccount> held, int status) {
  if (!held) {
    co_await reply_failure(call, std::move(held.error()));
    co_return;
  }
  std::string body;
  wire::JsonWriter json(body);
  write_account(json, *held, count_keys(services)[held->account.id]);
  co_await reply_json(call, std::move(body), status);
}

}  // namespace

std::string account_name(const Services& services, const std::string& account_id) {
  const auto account = services.keyring.account(account_id);
  return account && !account->name.empty() ? account->name : account_id;
}

asio::awaitable<Result<store::Account>> find_or_make_account(Services& services, std::string name) {
  if (name == kConfigured) co_return not_in_store("account");
  if (auto known = find(services, name)) co_return std::move(known->account);
  if (name.starts_with(kIdPrefix)) co_return base::invalid("account", "There is no account with this id");
  store::Account account = new_account(services, std::move(name));
  auto added = co_await add(services, account);
  if (added) co_return account;
  // Somebody else may have made it meanwhile.
  if (auto known = services.keyring.account_named(account.name)) co_return *known;
  co_return base::fail(std::move(added.error()));
}

asio::awaitable<void> list_accounts(Services& services, Call& call) {
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "list").key("data").begin_array();
  auto keys = count_keys(services);
  for (const auto& held : services.keyring.accounts()) write_account(json, held, keys[held.account.id]);
  json.end_array().end_object();
  co_await reply_json(call, std::move(body));
}

asio::awaitable<void> create_account(Services& services, Call& call) {
  auto made = co_await create(services, call);
  co_await reply_account(services, call, std::move(made), 201);
}

asio::awaitable<void> show_held_account(Services& services, Call& call) {
  auto held = find(services, call.argument);
  co_await reply_account(services, call, std::move(held), 200);
}

asio::awaitable<void> change_account(Services& services, Call& call) {
  auto changed = co_await change(services, call);
  co_await reply_account(services, call, std::move(changed), 200);
}

}  // namespace trilogue::serve
