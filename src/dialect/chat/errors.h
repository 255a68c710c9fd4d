// A Failure as an HTTP status and the error body of Chat Completions, which Responses and every route of no
// dialect share: {"error":{"message","type","param","code"}}. Pure; any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/failure.h"

namespace trilogue::dialect::chat {

struct ErrorRow {
  base::FailureKind kind;
  int status;
  std::string_view type;
  std::string_view code;  // OpenAI's, by which clients know what to do; "": null
};

inline constexpr std::array<ErrorRow, base::kFailureKinds> kErrors{{
    {base::FailureKind::invalid_request, 400, "request_params_invalid", ""},
    {base::FailureKind::unauthenticated, 401, "invalid_api_key", "invalid_api_key"},
    {base::FailureKind::quota_exceeded, 402, "quota_exceeded", ""},
    {base::FailureKind::forbidden, 403, "permission_denied", ""},
    {base::FailureKind::not_found, 404, "not_found", ""},
    {base::FailureKind::method_not_allowed, 405, "method_not_allowed", ""},
    {base::FailureKind::too_large, 413, "request_too_large", ""},
    {base::FailureKind::too_long, 400, "request_params_invalid", "context_length_exceeded"},
    {base::FailureKind::unsupported_media_type, 415, "unsupported_media_type", ""},
    {base::FailureKind::rate_limited, 429, "rate_limit_exceeded", ""},
    {base::FailureKind::internal, 500, "server_error", ""},
    {base::FailureKind::unavailable, 503, "service_unavailable", ""},
    {base::FailureKind::deadline, 503, "timeout", ""},
    {base::FailureKind::cancelled, 499, "request_cancelled", ""},
}};

constexpr bool errors_are_complete() {
  for (std::size_t i = 0; i < kErrors.size(); ++i) {
    if (static_cast<std::size_t>(kErrors[i].kind) != i || kErrors[i].type.empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (kErrors[j].type == kErrors[i].type && kErrors[j].code == kErrors[i].code) return false;
    }
  }
  return static_cast<int>(base::FailureKind::cancelled) == base::kFailureKinds - 1;
}
static_assert(errors_are_complete());

constexpr const ErrorRow& error_row(base::FailureKind kind) {
  return kErrors[static_cast<std::size_t>(kind)];
}
constexpr int status_of(base::FailureKind kind) {
  return error_row(kind).status;
}

// The message begins with the path of the fault, since most people see nothing else; `param` is the path too.
void append_error_body(std::string& out, const base::Failure& failure);
std::string error_body(const base::Failure& failure);

// What an engine refuses, it refuses in canon's terms; callers read the paths of the body they sent:
// `tools[2].parameters` → `tools[2].function.parameters`, `response_format` → its schema.
base::Failure in_own_terms(base::Failure failure);

}  // namespace trilogue::dialect::chat
