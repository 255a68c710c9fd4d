// What an operator says of a key, and how a key is shown to one: the JSON of docs/admin.yaml.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admission/keyring.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "wire/json_writer.h"

namespace trilogue::serve {

// Fields that were left out are empty; a limit that is taken away is an empty inner value.
struct KeySettings {
  template <class T>
  using Change = std::optional<std::optional<T>>;

  std::optional<std::string> name;
  std::optional<std::string> account;  // its name
  std::optional<std::string> tier;
  Change<std::int64_t> concurrency;
  Change<std::int64_t> requests_per_minute;
  Change<std::int64_t> tokens_per_minute;
  Change<std::int64_t> token_budget;
  Change<std::int64_t> cost_budget;  // millionths
  std::optional<std::vector<std::string>> models;
  Change<std::int64_t> expires;  // seconds since 1970

  void apply_to(store::Key& key) const;  // all but the account
};

// Failure: invalid_request with the path of the fault.
base::Result<KeySettings> parse_key_settings(std::string body);

// One object: the key, its limits and what it has used; with its secret where one was just made.
void write_key(wire::JsonWriter& json, const admission::KeyState& state, std::string_view account_name,
               base::WallTime now, const base::Secret* secret);

// Millionths as a decimal number.
double as_money(std::int64_t millionths);

}  // namespace trilogue::serve
