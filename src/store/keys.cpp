#include "store/keys.h"

#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "store/ask.h"

namespace trilogue::store {

using base::FailureKind;

namespace {

base::Failure taken(std::string field) {
  std::string message = "Another one has the same " + field;
  return {FailureKind::invalid_request, std::move(message), std::move(field), {}};
}

void bind_allowance(Statement& statement, const Allowance& allowance) {
  statement.bind(allowance.concurrency)
      .bind(allowance.requests_per_minute)
      .bind(allowance.tokens_per_minute)
      .bind(allowance.token_budget)
      .bind(allowance.cost_budget);
}

Allowance read_allowance(const Statement& row, int column) {
  return {row.optional_integer(column), row.optional_integer(column + 1), row.optional_integer(column + 2),
          row.optional_integer(column + 3), row.optional_integer(column + 4)};
}

// Whether another row than that of `id` has it.
bool is_digest_taken(Database& database, std::string_view digest, std::string_view id) {
  return database.prepare("SELECT 1 FROM keys WHERE digest = ? AND id <> ?")
      .bind_blob(digest)
      .bind(id)
      .step();
}
bool is_name_taken(Database& database, std::string_view name, std::string_view id) {
  return database.prepare("SELECT 1 FROM accounts WHERE name = ? AND id <> ?").bind(name).bind(id).step();
}

bool exists(Database& database, const char* sql, std::string_view id) {
  return database.prepare(sql).bind(id).step();
}

constexpr const char* kAccountOfId = "SELECT 1 FROM accounts WHERE id = ?";
constexpr const char* kKeyOfId = "SELECT 1 FROM keys WHERE id = ?";

void write_models(Database& database, const Key& key) {
  auto insert = database.prepare("INSERT INTO key_models (key_id, position, model) VALUES (?, ?, ?)");
  for (std::size_t i = 0; i < key.models.size(); ++i)
    insert.again().bind(key.id).bind(static_cast<std::int64_t>(i)).bind(key.models[i]).run();
}

void add_key(Database& database, const Key& key) {
  database.take_turn(Turn::keys);
  if (exists(database, kKeyOfId, key.id)) return database.refuse(taken("id"));
  if (is_digest_taken(database, key.digest, "")) return database.refuse(taken("digest"));
  if (!exists(database, kAccountOfId, key.account_id) && !database.failed())
    return database.refuse({FailureKind::invalid_request, "There is no such account", "account_id", {}});
  auto insert = database.prepare(
      "INSERT INTO keys (id, account_id, name, digest, hint, tier, concurrency, requests_per_minute, "
      "tokens_per_minute, token_budget, cost_budget, created, expires, revoked, deadline) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(key.id).bind(key.account_id).bind(key.name).bind_blob(key.digest).bind(key.hint).bind(key.tier);
  bind_allowance(insert, key.allowance);
  insert.bind(key.created).bind(key.expires).bind(key.revoked).bind(key.deadline).run();
  write_models(database, key);
  database.announce(key.id);
}

void add_account(Database& database, const Account& account) {
  database.take_turn(Turn::keys);
  if (exists(database, kAccountOfId, account.id)) return database.refuse(taken("id"));
  if (is_name_taken(database, account.name, "")) return database.refuse(taken("name"));
  auto insert = database.prepare(
      "INSERT INTO accounts (id, name, tier, concurrency, requests_per_minute, tokens_per_minute, "
      "token_budget, cost_budget, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(account.id).bind(account.name).bind(account.tier);
  bind_allowance(insert, account.allowance);
  insert.bind(account.created).run();
  database.announce(account.id);
}

void update_key(Database& database, const Key& key) {
  if (is_digest_taken(database, key.digest, key.id)) return database.refuse(taken("digest"));
  auto update = database.prepare(
      "UPDATE keys SET name = ?, digest = ?, hint = ?, tier = ?, concurrency = ?, requests_per_minute = ?, "
      "tokens_per_minute = ?, token_budget = ?, cost_budget = ?, expires = ?, revoked = ?, deadline = ? "
      "WHERE id = ?");
  update.bind(key.name).bind_blob(key.digest).bind(key.hint).bind(key.tier);
  bind_allowance(update, key.allowance);
  update.bind(key.expires).bind(key.revoked).bind(key.deadline).bind(key.id).run();
  database.prepare("DELETE FROM key_models WHERE key_id = ?").bind(key.id).run();
  write_models(database, key);
  database.announce(key.id);
}

void update_account(Database& database, const Account& account) {
  if (is_name_taken(database, account.name, account.id)) return database.refuse(taken("name"));
  auto update = database.prepare(
      "UPDATE accounts SET name = ?, tier = ?, concurrency = ?, requests_per_minute = ?, "
      "tokens_per_minute = ?, token_budget = ?, cost_budget = ? WHERE id = ?");
  update.bind(account.name).bind(account.tier);
  bind_allowance(update, account.allowance);
  update.bind(account.id).run();
  database.announce(account.id);
}

constexpr std::string_view kAccountColumns =
    "SELECT id, name, tier, created, concurrency, requests_per_minute, tokens_per_minute, token_budget, "
    "cost_budget FROM accounts ";

Account read_account(const Statement& row) {
  return {row.text(0), row.text(1), row.text(2), read_allowance(row, 4), row.integer(3)};
}

std::vector<Account> read_accounts(Database& database) {
  std::vector<Account> accounts;
  auto rows = database.prepare(std::string(kAccountColumns) + "ORDER BY number");
  while (rows.step()) accounts.push_back(read_account(rows));
  return accounts;
}

std::optional<Account> find_account(Database& database, std::string_view id) {
  auto row = database.prepare(std::string(kAccountColumns) + "WHERE id = ?");
  return row.bind(id).step() ? std::optional(read_account(row)) : std::nullopt;
}

Account change_account(Database& database, const std::string& id, const Keys::AccountChange& change) {
  database.take_turn(Turn::keys);
  const auto found = find_account(database, id);
  if (database.failed()) return {};
  if (!found) {
    database.refuse({FailureKind::not_found, "There is no account with id '" + id + "'", {}, {}});
    return {};
  }
  Account account = *found;
  if (auto fine = change(account); !fine) {
    database.refuse(std::move(fine.error()));
    return {};
  }
  account.id = found->id;
  account.created = found->created;
  update_account(database, account);
  return account;
}

constexpr std::string_view kKeyColumns =
    "SELECT id, account_id, name, digest, hint, tier, created, expires, revoked, concurrency, "
    "requests_per_minute, tokens_per_minute, token_budget, cost_budget, deadline FROM keys ";

// But for its models.
Key read_key(const Statement& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          row.text(5),
          read_allowance(row, 9),
          {},
          row.integer(6),
          row.optional_integer(7),
          row.optional_integer(8),
          row.optional_integer(14)};
}

std::vector<Key> read_keys(Database& database) {
  std::unordered_map<std::string, std::vector<std::string>> models;
  auto model_rows = database.prepare("SELECT key_id, model FROM key_models ORDER BY key_id, position");
  while (model_rows.step()) models[model_rows.text(0)].push_back(model_rows.text(1));

  std::vector<Key> keys;
  auto rows = database.prepare(std::string(kKeyColumns) + "ORDER BY number");
  while (rows.step()) {
    Key key = read_key(rows);
    key.models = std::move(models[key.id]);
    keys.push_back(std::move(key));
  }
  return keys;
}

std::optional<Key> find_key(Database& database, std::string_view id) {
  auto row = database.prepare(std::string(kKeyColumns) + "WHERE id = ?");
  if (!row.bind(id).step()) return std::nullopt;
  Key key = read_key(row);
  auto models = database.prepare("SELECT model FROM key_models WHERE key_id = ? ORDER BY position");
  models.bind(id);
  while (models.step()) key.models.push_back(models.text(0));
  return key;
}

Key change_key(Database& database, const std::string& id, const Keys::Change& change) {
  database.take_turn(Turn::keys);
  auto found = find_key(database, id);
  if (database.failed()) return {};
  if (!found) {
    database.refuse({FailureKind::not_found, "There is no key with id '" + id + "'", {}, {}});
    return {};
  }
  Key key = *found;
  if (auto fine = change(key); !fine) {
    database.refuse(std::move(fine.error()));
    return {};
  }
  key.id = std::move(found->id);
  key.account_id = std::move(found->account_id);
  key.created = found->created;
  update_key(database, key);
  return key;
}

}  // namespace

void Keys::all(Answer<KeysAndAccounts> answer) {
  ask<KeysAndAccounts>(
      thread_,
      [](Database& database) { return KeysAndAccounts{read_keys(database), read_accounts(database)}; },
      std::move(answer));
}

void Keys::some(std::vector<std::string> ids, Answer<KeysAndAccounts> answer) {
  ask<KeysAndAccounts>(
      thread_,
      [ids = std::move(ids)](Database& database) {
        KeysAndAccounts found;
        for (const std::string& id : ids) {
          if (auto key = find_key(database, id)) found.keys.push_back(std::move(*key));
          if (auto account = find_account(database, id)) found.accounts.push_back(std::move(*account));
        }
        return found;
      },
      std::move(answer));
}

void Keys::add(Account account, Answer<void> answer) {
  thread_.post([account = std::move(account)](Database& database) { add_account(database, account); },
               std::move(answer));
}

void Keys::add(Key key, Answer<void> answer) {
  thread_.post([key = std::move(key)](Database& database) { add_key(database, key); }, std::move(answer));
}

void Keys::change(std::string id, Change change, Answer<Key> answer) {
  ask<Key>(
      thread_,
      [id = std::move(id), change = std::move(change)](Database& database) {
        return change_key(database, id, change);
      },
      std::move(answer));
}

void Keys::change_account(std::string id, AccountChange change, Answer<Account> answer) {
  ask<Account>(
      thread_,
      [id = std::move(id), change = std::move(change)](Database& database) {
        return store::change_account(database, id, change);
      },
      std::move(answer));
}

}  // namespace trilogue::store
