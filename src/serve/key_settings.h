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
#include "serve/allowance_settings.h"
#include "wire/json_writer.h"

namespace trilogue::serve {

// Fields that were left out are empty.
struct KeySettings {
  std::optional<std::string> name;
  std::optional<std::string> account;  // its name
  AllowanceSettings allowance;
  std::optional<std::vector<std::string>> models;
  SettingChange<std::int64_t> expires;   // seconds since 1970
  SettingChange<std::int64_t> deadline;  // milliseconds

  void apply_to(store::Key& key) const;  // all but the account
};

// Failure: invalid_request with the path of the fault.
base::Result<KeySettings> parse_key_settings(std::string body);

// A key of the configuration is the configuration's to change; it belongs to this account, which no key of
// the store can.
inline constexpr std::string_view kConfigured = "configuration";

// One object: the key, its limits and what it has used; with its secret where one was just made.
void write_key(wire::JsonWriter& json, const admission::KeyState& state, std::string_view account_name,
               base::WallTime now, const base::Secret* secret);

}  // namespace trilogue::serve
