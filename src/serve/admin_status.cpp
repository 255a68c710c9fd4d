#include "serve/admin_status.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "serve/reply.h"
#include "wire/json_writer.h"

namespace trilogue::serve {

namespace {

void write_apis(wire::JsonWriter& json, const Apis& apis) {
  json.key("apis").begin_array();
  if (apis.chat) json.value("chat");
  if (apis.messages) json.value("messages");
  if (apis.responses) json.value("responses");
  json.end_array();
}

void write_efforts(wire::JsonWriter& json, const Model& model) {
  json.key("reasoning_efforts").begin_array();
  for (const auto effort : model.efforts) json.value(base::to_text(canon::kEffortNames, effort));
  json.end_array();
}

std::uint64_t output_tokens(const Catalogue& catalogue) {
  std::vector<const engine::Engine*> engines;  // names may share one
  for (const auto& model : catalogue.models()) {
    if (std::ranges::find(engines, model.engine) == engines.end()) engines.push_back(model.engine);
  }
  std::uint64_t tokens = 0;
  for (const auto* const engine : engines) tokens += engine->stats().tokens_decoded;
  return tokens;
}

void write_model(wire::JsonWriter& json, const Model& model) {
  const engine::EngineStats stats = model.engine->stats();
  json.begin_object().field("id", model.name).field("engine", model.engine->kind());
  json.field("context_window", model.engine->context_window());
  write_apis(json, model.apis);
  write_efforts(json, model);
  if (stats.slots > 0) {
    json.field("slots", stats.slots).field("active", stats.running).field("waiting", stats.waiting);
    json.field("kv_cells", stats.cells_total).field("kv_used", stats.cells_used);
    json.field("kv_cached", stats.cells_cached);
  } else {
    for (const char* const name : {"slots", "active", "waiting", "kv_cells", "kv_used", "kv_cached"})
      json.key(name).null();
  }
  json.field("tokens_decoded", stats.tokens_decoded).field("tokens_prefilled", stats.tokens_prefilled);
  json.field("tokens_reused", stats.tokens_reused).field("preemptions", stats.preemptions);
  json.end_object();
}

void write_ledger(wire::JsonWriter& json, const store::Ledger& ledger) {
  const auto trouble = ledger.trouble();
  json.key("ledger").begin_object().field("waiting", std::uint64_t{ledger.unmoved()}).key("trouble");
  trouble ? json.value(trouble->message) : json.null();
  json.end_object();
}

}  // namespace

boost::asio::awaitable<void> show_status(Services& services, Call& call) {
  const auto up = std::chrono::steady_clock::now() - services.started;
  const Policy& policy = *call.policy;
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "status").field("version", services.version);
  json.field("uptime_s", std::chrono::duration_cast<std::chrono::seconds>(up).count());
  json.field("running", services.gate.running()).field("keys_required", services.gate.requires_key());
  json.field("prompts_kept", services.prompts != nullptr);
  write_ledger(json, services.ledger);
  json.key("currency");
  policy.currency.empty() ? json.null() : json.value(policy.currency);
  json.field("output_tokens", output_tokens(policy.catalogue));
  json.key("models").begin_array();
  for (const auto& model : policy.catalogue.models()) write_model(json, model);
  json.end_array().end_object();
  co_await reply_json(call, std::move(body));
}

}  // namespace trilogue::serve
