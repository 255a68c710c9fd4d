#include "serve/key_settings.h"

#include <limits>

#include "wire/json.h"
#include "wire/json_node.h"

namespace trilogue::serve {

using wire::Node;
using wire::Reader;

namespace {

constexpr std::size_t kMostModels = 1000;
constexpr std::int64_t kLastSecond = 1'000'000'000'000'000;  // of an expiry, far beyond any calendar
constexpr std::int64_t kLeastDeadline = 100;                 // milliseconds, as of server.deadline
constexpr std::int64_t kMostDeadline = 30LL * 24 * 3600 * 1000;

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

KeySettings read_settings(Reader& reader, const Node& root) {
  KeySettings settings;
  reader.only(root, {"name", "account", "tier", "limits", "budget", "models", "expires_at", "deadline_ms"});
  refuse_null(reader, root, "name");
  settings.name = read_name(reader, root.field("name"));
  settings.account = read_name(reader, root.field("account"));
  settings.allowance = read_allowance(reader, root);
  settings.models = models_of(reader, root);
  settings.expires = read_integer_change(reader, root, "expires_at", 1, kLastSecond);
  settings.deadline = read_integer_change(reader, root, "deadline_ms", kLeastDeadline, kMostDeadline);
  return settings;
}

std::string_view status_of(const admission::KeyState& state, base::WallTime now) {
  if (state.key.revoked) return "revoked";
  return state.expired(now) ? "expired" : "active";
}

}  // namespace

void KeySettings::apply_to(store::Key& key) const {
  if (name) key.name = *name;
  allowance.apply_to(key.tier, key.allowance);
  if (models) key.models = *models;
  if (expires) key.expires = *expires;
  if (deadline) key.deadline = *deadline;
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
  json.field("hint", key.hint).field("name", key.name);
  json.field("account", account_name).field("account_id", key.account_id);
  json.field("source", key.account_id == kConfigured ? kConfigured : "store");
  write_allowance(json, key.tier, key.allowance);
  json.key("models").begin_array();
  for (const auto& model : key.models) json.value(model);
  json.end_array();
  write_optional(json, "deadline_ms", key.deadline);
  json.field("created_at", key.created);
  write_optional(json, "expires_at", key.expires);
  write_optional(json, "revoked_at", key.revoked);
  json.field("status", status_of(state, now));
  write_used(json, state.meter->reading(std::chrono::steady_clock::now()));
  json.end_object();
}

}  // namespace trilogue::serve
