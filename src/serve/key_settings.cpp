#include "serve/key_settings.h"

#include <cmath>
#include <limits>

#include "wire/json.h"
#include "wire/json_node.h"

namespace trilogue::serve {

using wire::Node;
using wire::Reader;

namespace {

constexpr std::int64_t kMost = 1'000'000'000'000'000;  // of anything that is counted
constexpr double kMostMoney = 1e9;
constexpr double kMillionths = 1e6;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kMostModels = 1000;

// Left out is one thing, null another: it takes a limit away.
bool is_null(const Node& object, std::string_view key) {
  const auto value = object.present() ? object.value().find(key) : std::nullopt;
  return value && value->is_null();
}

using Change = KeySettings::Change<std::int64_t>;

Change integer_change(Reader& reader, const Node& object, std::string_view key, std::int64_t low) {
  if (is_null(object, key)) return Change(std::in_place, std::nullopt);
  const auto number = reader.integer(object.field(key), low, kMost);
  return number ? Change(std::in_place, *number) : Change();
}

Change money_change(Reader& reader, const Node& object, std::string_view key) {
  if (is_null(object, key)) return Change(std::in_place, std::nullopt);
  const Node node = object.field(key);
  if (!node.present()) return {};
  const double amount = reader.number(node, {0, kMostMoney, true}, 1);
  const auto millionths = static_cast<std::int64_t>(std::llround(amount * kMillionths));
  if (millionths == 0) reader.fault(node, "expected at least 0.000001");
  return Change(std::in_place, millionths);
}

std::optional<std::string> name_of(Reader& reader, const Node& node) {
  const auto text = reader.text(node);
  if (!text) return std::nullopt;
  if (text->empty() || text->size() > kLongestName)
    reader.fault(node, "expected 1 to " + std::to_string(kLongestName) + " bytes");
  return std::string(*text);
}

std::optional<std::vector<std::string>> models_of(Reader& reader, const Node& object) {
  if (is_null(object, "models")) return std::vector<std::string>();
  const Node node = object.field("models");
  if (!node.present() || !reader.is_array(node)) return std::nullopt;
  std::vector<std::string> models;
  for (const Node model : node.elements()) {
    models.emplace_back(reader.required_text(model));
    if (models.size() > kMostModels) reader.fault(node, "expected at most 1000 models");
  }
  return models;
}

void read_limits(Reader& reader, const Node& root, KeySettings& settings) {
  const Node limits = root.field("limits");
  if (limits.present() && reader.is_object(limits)) {
    settings.concurrency = integer_change(reader, limits, "concurrency", 1);
    settings.requests_per_minute = integer_change(reader, limits, "requests_per_minute", 1);
    settings.tokens_per_minute = integer_change(reader, limits, "tokens_per_minute", 1);
  }
  const Node budget = root.field("budget");
  if (budget.present() && reader.is_object(budget)) {
    settings.token_budget = integer_change(reader, budget, "tokens", 1);
    settings.cost_budget = money_change(reader, budget, "cost");
  }
}

KeySettings read_settings(Reader& reader, const Node& root) {
  KeySettings settings;
  settings.name = name_of(reader, root.field("name"));
  settings.account = name_of(reader, root.field("account"));
  const Node tier = root.field("tier");
  if (const auto text = reader.text(tier)) {
    if (!base::from_text(admission::kTierNames, *text))
      reader.fault(tier, "expected local, v0, v1, v2, v3, v4 or v5");
    settings.tier = std::string(*text);
  }
  read_limits(reader, root, settings);
  settings.models = models_of(reader, root);
  settings.expires = integer_change(reader, root, "expires_at", 1);
  return settings;
}

template <class T>
void apply(const KeySettings::Change<T>& change, std::optional<T>& to) {
  if (change) to = *change;
}

// ---- out ----

void write(wire::JsonWriter& json, std::string_view name, const std::optional<std::int64_t>& value) {
  json.key(name);
  value ? json.value(*value) : json.null();
}

std::string_view status_of(const admission::KeyState& state, base::WallTime now) {
  if (state.key.revoked) return "revoked";
  return state.expired(now) ? "expired" : "active";
}

void write_limits(wire::JsonWriter& json, const store::Allowance& allowance) {
  json.key("limits").begin_object();
  write(json, "concurrency", allowance.concurrency);
  write(json, "requests_per_minute", allowance.requests_per_minute);
  write(json, "tokens_per_minute", allowance.tokens_per_minute);
  json.end_object().key("budget").begin_object();
  write(json, "tokens", allowance.token_budget);
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

}  // namespace

double as_money(std::int64_t millionths) {
  return static_cast<double>(millionths) / kMillionths;
}

void KeySettings::apply_to(store::Key& key) const {
  if (name) key.name = *name;
  if (tier) key.tier = *tier;
  apply(concurrency, key.allowance.concurrency);
  apply(requests_per_minute, key.allowance.requests_per_minute);
  apply(tokens_per_minute, key.allowance.tokens_per_minute);
  apply(token_budget, key.allowance.token_budget);
  apply(cost_budget, key.allowance.cost_budget);
  if (models) key.models = *models;
  apply(expires, key.expires);
}

base::Result<KeySettings> parse_key_settings(std::string body) {
  const auto document = wire::Document::parse(std::move(body));
  if (!document) return base::fail(document.error());
  const Node root(document->root());
  Reader reader;
  KeySettings settings;
  if (reader.require(root) && reader.is_object(root)) settings = read_settings(reader, root);
  if (reader.failed()) return base::fail(reader.take_fault());
  return settings;
}

void write_key(wire::JsonWriter& json, const admission::KeyState& state, std::string_view account_name,
               base::WallTime now, const base::Secret* secret) {
  const store::Key& key = state.key;
  json.begin_object().field("object", "key").field("id", key.id);
  if (secret != nullptr) json.field("key", secret->expose());
  json.field("hint", key.hint).field("name", key.name).field("account", account_name).field("tier", key.tier);
  write_limits(json, key.allowance);
  json.key("models").begin_array();
  for (const auto& model : key.models) json.value(model);
  json.end_array().field("created_at", key.created);
  write(json, "expires_at", key.expires);
  write(json, "revoked_at", key.revoked);
  json.field("status", status_of(state, now));
  write_used(json, state.meter->reading(std::chrono::steady_clock::now()));
  json.end_object();
}

}  // namespace trilogue::serve
