// Asks the operator's API (docs/admin.yaml) of a data directory: the server that runs there, through its
// socket file, or, when none does, this process, with the directory locked for so long. For the commands.
#pragma once

#include <string>

#include "app/configuration.h"
#include "base/result.h"

namespace trilogue::app {

struct OperatorCall {
  std::string method;
  std::string target;  // path and query
  std::string body;    // JSON, or ""
};

// The body of the answer. Failures: what the API refused, in its words; or nobody could be asked.
base::Result<std::string> ask_operator(const Configuration& configuration, const OperatorCall& call);

}  // namespace trilogue::app
