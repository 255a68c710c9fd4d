#include "serve/settle.h"

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

}  // namespace

base::Result<const Model*> settle(Services& services, const Errand& errand, canon::Request& request,
                                  std::string_view effort_path) {
  const auto model = services.catalogue.require(request.model);
  if (!model) return model;
  if (auto answers = check_api(**model, errand.api); !answers) return base::fail(answers.error());
  if (errand.caller.key && !errand.caller.key->may_use((*model)->name))
    return base::fail(base::FailureKind::forbidden,
                      "This key may not use the model \"" + (*model)->name + "\"", "model");
  const auto effort = choose_effort(**model, request.effort ? &*request.effort : nullptr, effort_path);
  if (!effort) return base::fail(effort.error());
  request.effort = *effort;
  services.reasoning.recall(errand.caller.key_id, request);
  return model;
}

}  // namespace trilogue::serve
