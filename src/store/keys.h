// Accounts and the keys that belong to them, as they are kept: a key's secret only as its digest. Any thread;
// the work is done on the database's own thread, in the order it was asked for, and answers come back on that
// thread. Knows nothing of what a limit means: admission does.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/database_thread.h"

namespace trilogue::store {

// Limits that stand on a key or an account beside its tier's; nothing: the tier's.
struct Allowance {
  std::optional<std::int64_t> concurrency;  // requests at once
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> token_budget;  // in its whole life, read and written
  std::optional<std::int64_t> cost_budget;   // millionths of the operator's currency
  friend bool operator==(const Allowance&, const Allowance&) = default;
};

struct Account {
  std::string id;    // `acct_` and 16 hex digits
  std::string name;  // unique
  std::string tier = "local";
  Allowance allowance;
  std::int64_t created = 0;  // seconds since 1970, as all times here
  friend bool operator==(const Account&, const Account&) = default;
};

struct Key {
  std::string id;  // `key_` and 16 hex digits; never changes, also when the secret does
  std::string account_id;
  std::string name;
  std::string digest;  // SHA-256 of the secret, 32 bytes; unique
  std::string hint;    // the secret's first characters, to recognise it by
  std::string tier = "local";
  Allowance allowance;
  std::vector<std::string> models;  // that it may use; none: all
  std::int64_t created = 0;
  std::optional<std::int64_t> expires;
  std::optional<std::int64_t> revoked;
  std::optional<std::int64_t>
      deadline{};  // milliseconds that each of its requests may take; nothing: the server's
  friend bool operator==(const Key&, const Key&) = default;
};

struct KeysAndAccounts {
  std::vector<Key> keys;          // oldest first, revoked ones too
  std::vector<Account> accounts;  // oldest first
};

class Keys final {
 public:
  template <class T>
  using Answer = std::function<void(base::Result<T>)>;

  // `thread` owns a database that prepare_platform() has prepared, and outlives this.
  explicit Keys(DatabaseThread& thread) : thread_(thread) {}

  void all(Answer<KeysAndAccounts> answer);
  // Those of `ids` that exist, be they keys or accounts.
  void some(std::vector<std::string> ids, Answer<KeysAndAccounts> answer);

  // Failure of both: invalid_request with the field as its path, when the id, the digest or the account's
  // name is taken, or there is no such account.
  void add(Account account, Answer<void> answer);
  void add(Key key, Answer<void> answer);

  // What is to become of a key as it stands now; a failure leaves it alone. Called on the database's thread,
  // and again when the transaction has to be done again.
  using Change = std::function<base::Result<void>(Key&)>;

  // Reads a key, changes it and writes it back, with nobody in between; the answer is the key as it stands
  // then. Its id, its account and when it was created stay. Failures: not_found; that of `change`;
  // invalid_request as above.
  void change(std::string id, Change change, Answer<Key> answer);

  // The same of an account; its id and when it was created stay.
  using AccountChange = std::function<base::Result<void>(Account&)>;
  void change_account(std::string id, AccountChange change, Answer<Account> answer);

 private:
  DatabaseThread& thread_;
};

}  // namespace trilogue::store
