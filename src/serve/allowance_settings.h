// What keys and accounts have in common in the JSON of docs/admin.yaml: a name, a tier, limits, a budget.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "admission/meter.h"
#include "store/keys.h"
#include "wire/json_node.h"
#include "wire/json_writer.h"

namespace trilogue::serve {

// Left out is nothing; null, which takes a limit away, is an empty inner value.
template <class T>
using SettingChange = std::optional<std::optional<T>>;

struct AllowanceSettings {
  std::optional<std::string> tier;
  SettingChange<std::int64_t> concurrency;
  SettingChange<std::int64_t> requests_per_minute;
  SettingChange<std::int64_t> tokens_per_minute;
  SettingChange<std::int64_t> token_budget;
  SettingChange<std::int64_t> cost_budget;  // millionths

  void apply_to(std::string& its_tier, store::Allowance& allowance) const;
};

// Each notes what is wrong in `reader`. A name has 1 to 100 bytes and no control characters: it is shown in
// terminals and logs.
AllowanceSettings read_allowance(wire::Reader& reader, const wire::Node& root);
std::optional<std::string> read_name(wire::Reader& reader, const wire::Node& node);
SettingChange<std::int64_t> read_integer_change(wire::Reader& reader, const wire::Node& object,
                                                std::string_view key, std::int64_t low, std::int64_t high);
bool is_null(const wire::Node& object, std::string_view key);

// For what a key or an account always has: to leave null unsaid would keep what the caller wanted gone.
void refuse_null(wire::Reader& reader, const wire::Node& object, std::string_view key);

// `"tier": …, "limits": {…}, "budget": {…}` and `"used": {…}`, inside an object.
void write_allowance(wire::JsonWriter& json, const std::string& tier, const store::Allowance& allowance);
void write_used(wire::JsonWriter& json, const admission::MeterReading& used);
void write_optional(wire::JsonWriter& json, std::string_view name, const std::optional<std::int64_t>& value);

// Millionths as a decimal number.
double as_money(std::int64_t millionths);

}  // namespace trilogue::serve
