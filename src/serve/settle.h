// What a request becomes before an engine sees it, whether it is to be answered or only counted: a count is
// what the answer will report.
#pragma once

#include <string_view>

#include "base/result.h"
#include "canon/request.h"
#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

// Which models there are for a caller. It holds the caller's key, not the caller.
Catalogue::ForCaller models_for(const admission::Caller& caller);

// Whether the caller may use a model that was `asked` for by this name: a key that was given an alias may use
// what it stands for, under that name.
bool may_use(const admission::Caller& caller, const Model& model, std::string_view asked);

// Finds the model, settles the time limit and the effort and puts back the reasoning that the caller left
// out. `effort_path`: the dialect's own name for a refused effort. Failures: an unknown model, or one that
// does not answer in this API.
base::Result<const Model*> settle(Services& services, Errand& errand, canon::Request& request,
                                  std::string_view effort_path);

}  // namespace trilogue::serve
