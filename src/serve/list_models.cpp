#include "serve/list_models.h"

#include "base/rfc3339.h"
#include "serve/reply.h"
#include "serve/settle.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;

namespace {

void write_extensions(wire::JsonWriter& json, const Model& model) {
  json.field("context_window", model.engine->context_window());
  json.field("max_output_tokens", model.engine->context_window());
  json.key("input_modalities").begin_array().value("text").end_array();
  json.key("apis").begin_array();
  if (model.apis.chat) json.value("chat");
  if (model.apis.messages) json.value("messages");
  if (model.apis.responses) json.value("responses");
  json.end_array();
  json.key("reasoning_efforts").begin_array();
  for (const auto effort : model.efforts) json.value(base::to_text(canon::kEffortNames, effort));
  json.end_array();
}

void write_model(wire::JsonWriter& json, const Model& model, bool anthropic) {
  json.begin_object().field("id", model.name).field("object", "model").field("created", model.created);
  json.field("owned_by", model.owned_by);
  write_extensions(json, model);
  if (anthropic) {
    json.field("type", "model")
        .field("display_name", model.name)
        .field("created_at", base::rfc3339(model.created))
        .field("max_input_tokens", model.engine->context_window())
        .field("max_tokens", model.engine->context_window());
  }
  json.end_object();
}

}  // namespace

asio::awaitable<void> list_models(Services&, Call& call) {
  std::vector<const Model*> models;
  const auto is_for_caller = models_for(call.caller);
  for (const auto& model : call.policy->catalogue.models()) {
    if (is_for_caller(model)) models.push_back(&model);
  }
  const bool anthropic = call.api == Api::messages;
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "list").key("data").begin_array();
  for (const Model* const model : models) write_model(json, *model, anthropic);
  json.end_array();
  if (anthropic) {
    json.field("has_more", false);
    json.key("first_id");
    models.empty() ? json.null() : json.value(models.front()->name);
    json.key("last_id");
    models.empty() ? json.null() : json.value(models.back()->name);
  }
  json.end_object();
  co_await reply_json(call, std::move(body));
}

asio::awaitable<void> show_model(Services&, Call& call) {
  const Catalogue& catalogue = call.policy->catalogue;
  const auto is_for_caller = models_for(call.caller);
  const Model* model = catalogue.find(call.argument);
  if (model == nullptr || !may_use(call.caller, *model, call.argument)) {
    base::Failure failure = catalogue.unknown(call.argument, is_for_caller).value();
    failure.kind = base::FailureKind::not_found;
    co_await reply_failure(call, std::move(failure));
    co_return;
  }
  std::string body;
  wire::JsonWriter json(body);
  write_model(json, *model, call.api == Api::messages);
  co_await reply_json(call, std::move(body));
}

}  // namespace trilogue::serve
