#include "app/reload.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "app/keys_at_start.h"
#include "app/model_list.h"
#include "app/policy.h"

namespace trilogue::app {

using base::LogLevel;
using base::Result;

namespace {

// Everything else is read once, at the start.
constexpr std::string_view kAtOnce[] = {
    "api_keys",      "bundled_model",      "chat_chunks",        "currency",        "engine.share_prefixes",
    "log_level",     "reasoning_events",   "prompts.max_kb",     "server.deadline", "server.heartbeat",
    "server.drain",  "server.max_choices", "server.max_running", "tls.certificate", "tls.key",
    "browser.hosts", "browser.origins"};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text.append(text.empty() ? "" : " ").append(name);
  return text;
}

bool said_alike(const Configuration& before, const Configuration& after, const std::string& key) {
  const auto one = before.said.find(key), other = after.said.find(key);
  if (one == before.said.end() || other == after.said.end())
    return one == before.said.end() && other == after.said.end();
  return one->second == other->second;
}

// Those whose files are loaded already.
std::vector<ModelSpec> servable(std::vector<ModelSpec> specs, const LoadedModels& loaded,
                                std::vector<std::string>& waiting) {
  std::erase_if(specs, [&](const ModelSpec& spec) {
    if (loaded.by_file.contains(spec.file)) return false;
    waiting.push_back("models." + spec.name);
    return true;
  });
  return specs;
}

}  // namespace

ConfigurationChanges changes_between(const Configuration& before, const Configuration& after) {
  ConfigurationChanges changes;
  std::set<std::string> keys;
  for (const auto* const side : {&before, &after}) {
    for (const auto& [key, value] : side->said) keys.insert(key);
  }
  for (const auto& key : keys) {
    if (said_alike(before, after, key)) continue;
    const bool at_once = std::ranges::find(kAtOnce, key) != std::end(kAtOnce);
    (at_once ? changes.applied : changes.waiting).push_back(key);
  }
  const std::pair<const char*, bool> tables[] = {{"aliases", before.aliases == after.aliases},
                                                 {"deadlines", before.deadlines == after.deadlines},
                                                 {"models", before.models == after.models},
                                                 {"prices", before.prices == after.prices}};
  for (const auto& [name, same] : tables) {
    if (!same) changes.applied.emplace_back(name);
  }
  return changes;
}

void Reload::operator()() {
  auto next = read_again_();
  const auto done = next ? take_over(*next) : Result<void>(base::fail(next.error()));
  if (!done) {
    log_.write(LogLevel::error,
               "the configuration was not reloaded, nothing has changed: " + done.error().message,
               {{"setting", done.error().path.empty() ? "-" : done.error().path}});
    return;
  }
  running_ = std::move(*next);
}

// First all that can fail, then the rest.
Result<void> Reload::take_over(const Configuration& next) {
  ConfigurationChanges changes = changes_between(running_, next);
  auto specs = list_models(next);
  if (!specs) return base::fail(specs.error());
  auto models = servable(std::move(*specs), loaded_, changes.waiting);
  if (models.empty()) return base::invalid("models", "none of its models is loaded");
  if (next.tls_certificate.empty() != next.tls_key.empty())
    return base::invalid("tls", "tls.certificate and tls.key belong together: set both or none");
  const bool with_tls = !running_.tls_certificate.empty();
  if (with_tls == next.tls_certificate.empty()) {
    changes.waiting.emplace_back("tls");
  } else if (with_tls) {
    // Also where the names are the same: a certificate that was renewed lies in the same file.
    if (auto renewed = server_.renew_tls({next.tls_certificate, next.tls_key}); !renewed) return renewed;
  }
  take_over_keys(next);
  services_.policies.put(policy_of(next, models, loaded_));
  services_.gate.set_max_running(next.max_running);
  log_.set_threshold(next.log_level);
  log_.write(LogLevel::info, "the configuration was reloaded",
             {{"changed", changes.applied.empty() ? "-" : joined(changes.applied)}});
  if (!changes.waiting.empty()) {
    log_.write(LogLevel::warning, "some settings change at the next start only",
               {{"settings", joined(changes.waiting)}});
  }
  return {};
}

void Reload::take_over_keys(const Configuration& next) {
  std::set<std::string> ids;
  for (const auto& secret : next.api_keys) {
    store::Key key = configured_key(secret);
    ids.insert(key.id);
    if (services_.keyring.find_by_id(key.id) != nullptr) continue;
    services_.keyring.put(configured_account());
    services_.keyring.put(std::move(key));
  }
  for (const auto& secret : running_.api_keys) {
    const std::string id = configured_key(secret).id;
    if (!ids.contains(id)) services_.keyring.remove(id);
  }
}

}  // namespace trilogue::app
