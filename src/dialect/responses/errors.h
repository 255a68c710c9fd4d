// Failures in the words of Responses. An error reply has the body of Chat Completions
// (dialect/chat/errors.h); what is its own here are the paths, and the error inside a response that failed on
// the way. Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "base/failure.h"
#include "dialect/responses/options.h"

namespace trilogue::dialect::responses {

// The engine names faults by the fields of canon: `messages` becomes `input`, `response_format` becomes
// `text.format.schema`, and a tool is found at its own place in the request (canon's list leaves some out and
// holds the tools of a namespace one by one).
base::Failure in_own_terms(base::Failure failure, const std::vector<OfferedTool>& tools);

// `code` of a response's error: one of the official ones, which clients switch on.
std::string_view error_code(base::FailureKind kind);

}  // namespace trilogue::dialect::responses
