#include "serve/settle.h"

#include <algorithm>

namespace trilogue::serve {

namespace {

base::Result<void> check_api(const Model& model, Api api) {
  const bool answers = api == Api::messages    ? model.apis.messages
                       : api == Api::responses ? model.apis.responses
                                               : model.apis.chat;
  if (answers) return {};
  return base::invalid(
      "model",
      "\"" + model.name + "\" does not answer in this API; GET /v1/models lists the `apis` of each model");
}

// The smallest of the server's, the model's and the key's.
std::chrono::milliseconds time_limit_of(const Errand& errand, const Model& model) {
  auto limit = errand.policy->limits.deadline;
  if (model.deadline) limit = std::min(limit, *model.deadline);
  if (errand.caller.key && errand.caller.key->key.deadline)
    limit = std::min(limit, std::chrono::milliseconds(*errand.caller.key->key.deadline));
  return limit;
}

}  // namespace

bool may_use(const admission::Caller& caller, const Model& model, std::string_view asked) {
  return !caller.key || caller.key->may_use(model.name) || caller.key->may_use(asked);
}

Catalogue::ForCaller models_for(const admission::Caller& caller) {
  return [key = caller.key](const Model& model) { return !key || key->may_use(model.name); };
}

base::Result<const Model*> settle(Services& services, Errand& errand, canon::Request& request,
                                  std::string_view effort_path) {
  const auto model = errand.policy->catalogue.require(request.model, models_for(errand.caller));
  if (!model) return model;
  if (auto answers = check_api(**model, errand.api); !answers) return base::fail(answers.error());
  if (!may_use(errand.caller, **model, request.model))
    return base::fail(base::FailureKind::forbidden,
                      "This key may not use the model \"" + (*model)->name + "\"", "model");
  errand.time_limit = time_limit_of(errand, **model);
  const auto effort = choose_effort(**model, request.effort ? &*request.effort : nullptr, effort_path);
  if (!effort) return base::fail(effort.error());
  request.effort = *effort;
  services.reasoning.recall(errand.caller.key_id, request);
  return model;
}

}  // namespace trilogue::serve
