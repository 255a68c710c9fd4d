// Asks the operator's API (docs/admin.yaml) of a data directory: the server that runs there, through its
// socket file, or, when none does, this process, with the directory locked for so long. For the commands.
#pragma once

#include <functional>
#include <string>

#include "app/configuration.h"
#include "base/result.h"
#include "wire/json.h"

namespace trilogue::app {

struct OperatorCall {
  std::string method;
  std::string target;  // path and query
  std::string body;    // JSON, or ""
};

// The body of the answer. Failures: what the API refused, in its words; or nobody could be asked.
base::Result<std::string> ask_operator(const Configuration& configuration, const OperatorCall& call);

// Asks, and prints the answer: as it came where `json`, else as `text_of` shows it. The command's exit
// status.
int print_answer(const Configuration& configuration, const OperatorCall& call, bool json,
                 const std::function<std::string(const wire::Value&)>& text_of);

}  // namespace trilogue::app
