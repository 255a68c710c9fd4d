#include "serve/allowance_settings.h"

#include <algorithm>
#include <cmath>

#include "admission/tier.h"

namespace trilogue::serve {

using wire::Node;
using wire::Reader;

namespace {

constexpr std::int64_t kMost = 1'000'000'000'000'000;  // of anything that is counted
constexpr double kMostMoney = 1e9;
constexpr double kMillionths = 1e6;
constexpr std::size_t kLongestName = 100;

SettingChange<std::int64_t> read_money_change(Reader& reader, const Node& object, std::string_view key) {
  if (is_null(object, key)) return SettingChange<std::int64_t>(std::in_place, std::nullopt);
  const Node node = object.field(key);
  if (!node.present()) return {};
  const double amount = reader.number(node, {0, kMostMoney, true}, 1);
  const auto millionths = static_cast<std::int64_t>(std::llround(amount * kMillionths));
  if (millionths == 0) reader.fault(node, "expected at least 0.000001");
  return SettingChange<std::int64_t>(std::in_place, millionths);
}

// C0 and C1 controls, and what reorders or breaks a line: U+2028 to U+202E, U+2066 to U+2069. In UTF-8.
bool has_control_characters(std::string_view text) {
  const auto byte = [text](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned first = byte(i), second = byte(i + 1), third = byte(i + 2);
    if (first < 0x20 || first == 0x7F) return true;
    if (first == 0xC2 && second < 0xA0) return true;
    if (first == 0xE2 && second == 0x80 && third >= 0xA8 && third <= 0xAE) return true;
    if (first == 0xE2 && second == 0x81 && third >= 0xA6 && third <= 0xA9) return true;
  }
  return false;
}

template <class T>
void apply(const SettingChange<T>& change, std::optional<T>& to) {
  if (change) to = *change;
}

}  // namespace

double as_money(std::int64_t millionths) {
  return static_cast<double>(millionths) / kMillionths;
}

bool is_null(const Node& object, std::string_view key) {
  const auto value = object.present() ? object.value().find(key) : std::nullopt;
  return value && value->is_null();
}

SettingChange<std::int64_t> read_integer_change(Reader& reader, const Node& object, std::string_view key,
                                                std::int64_t low, std::int64_t high) {
  using Change = SettingChange<std::int64_t>;
  if (is_null(object, key)) return Change(std::in_place, std::nullopt);
  const auto number = reader.integer(object.field(key), low, high);
  return number ? Change(std::in_place, *number) : Change();
}

std::optional<std::string> read_name(Reader& reader, const Node& node) {
  const auto text = reader.text(node);
  if (!text) return std::nullopt;
  if (text->empty() || text->size() > kLongestName)
    reader.fault(node, "expected 1 to " + std::to_string(kLongestName) + " bytes");
  if (has_control_characters(*text)) reader.fault(node, "expected no control characters");
  return std::string(*text);
}

void refuse_null(Reader& reader, const Node& object, std::string_view key) {
  if (!is_null(object, key)) return;
  const Node node = object.field(key);
  reader.fault(node, "expected a string, got null");
}

AllowanceSettings read_allowance(Reader& reader, const Node& root) {
  const SettingChange<std::int64_t> taken_away(std::in_place, std::nullopt);
  AllowanceSettings settings;
  refuse_null(reader, root, "tier");
  const Node tier = root.field("tier");
  if (const auto text = reader.text(tier)) {
    if (!base::from_text(admission::kTierNames, *text))
      reader.fault(tier, "expected local, v0, v1, v2, v3, v4 or v5");
    settings.tier = std::string(*text);
  }
  if (is_null(root, "limits"))
    settings.concurrency = settings.requests_per_minute = settings.tokens_per_minute = taken_away;
  const Node limits = root.field("limits");
  if (limits.present() && reader.is_object(limits)) {
    reader.only(limits, {"concurrency", "requests_per_minute", "tokens_per_minute"});
    settings.concurrency = read_integer_change(reader, limits, "concurrency", 1, kMost);
    settings.requests_per_minute = read_integer_change(reader, limits, "requests_per_minute", 1, kMost);
    settings.tokens_per_minute = read_integer_change(reader, limits, "tokens_per_minute", 1, kMost);
  }
  if (is_null(root, "budget")) settings.token_budget = settings.cost_budget = taken_away;
  const Node budget = root.field("budget");
  if (budget.present() && reader.is_object(budget)) {
    reader.only(budget, {"tokens", "cost"});
    settings.token_budget = read_integer_change(reader, budget, "tokens", 1, kMost);
    settings.cost_budget = read_money_change(reader, budget, "cost");
  }
  return settings;
}

void AllowanceSettings::apply_to(std::string& its_tier, store::Allowance& allowance) const {
  if (tier) its_tier = *tier;
  apply(concurrency, allowance.concurrency);
  apply(requests_per_minute, allowance.requests_per_minute);
  apply(tokens_per_minute, allowance.tokens_per_minute);
  apply(token_budget, allowance.token_budget);
  apply(cost_budget, allowance.cost_budget);
}

void write_optional(wire::JsonWriter& json, std::string_view name, const std::optional<std::int64_t>& value) {
  json.key(name);
  value ? json.value(*value) : json.null();
}

void write_allowance(wire::JsonWriter& json, const std::string& tier, const store::Allowance& allowance) {
  json.field("tier", tier).key("limits").begin_object();
  write_optional(json, "concurrency", allowance.concurrency);
  write_optional(json, "requests_per_minute", allowance.requests_per_minute);
  write_optional(json, "tokens_per_minute", allowance.tokens_per_minute);
  json.end_object().key("budget").begin_object();
  write_optional(json, "tokens", allowance.token_budget);
  json.key("cost");
  allowance.cost_budget ? json.value(as_money(*allowance.cost_budget)) : json.null();
  json.end_object();
}

void write_used(wire::JsonWriter& json, const admission::MeterReading& used) {
  json.key("used").begin_object();
  json.field("tokens", used.tokens).field("cost", as_money(used.cost)).field("running", used.running);
  json.field("requests_in_the_last_minute", used.minute_requests);
  json.field("tokens_in_the_last_minute", used.minute_tokens).end_object();
}

}  // namespace trilogue::serve
