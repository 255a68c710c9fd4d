// A Failure as an HTTP status and the error body of Messages:
// {"type":"error","error":{"type","message"},"request_id"}. Pure; any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/failure.h"

namespace trilogue::dialect::messages {

struct ErrorRow {
  base::FailureKind kind;
  int status;
  std::string_view type;
};

inline constexpr std::array<ErrorRow, base::kFailureKinds> kErrors{{
    {base::FailureKind::invalid_request, 400, "invalid_request_error"},
    {base::FailureKind::unauthenticated, 401, "authentication_error"},
    {base::FailureKind::quota_exceeded, 402, "billing_error"},
    {base::FailureKind::forbidden, 403, "permission_error"},
    {base::FailureKind::not_found, 404, "not_found_error"},
    {base::FailureKind::method_not_allowed, 405, "not_found_error"},
    {base::FailureKind::too_large, 413, "request_too_large"},
    {base::FailureKind::too_long, 400, "invalid_request_error"},
    {base::FailureKind::unsupported_media_type, 415, "invalid_request_error"},
    {base::FailureKind::rate_limited, 429, "rate_limit_error"},
    {base::FailureKind::internal, 500, "api_error"},
    {base::FailureKind::unavailable, 503, "overloaded_error"},
    {base::FailureKind::deadline, 503, "timeout_error"},
    {base::FailureKind::cancelled, 499, "api_error"},
}};

constexpr bool errors_are_complete() {
  for (std::size_t i = 0; i < kErrors.size(); ++i) {
    if (static_cast<std::size_t>(kErrors[i].kind) != i || kErrors[i].type.empty()) return false;
    if (kErrors[i].status < 400 || kErrors[i].status > 599) return false;
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

// The message begins with the path of the fault: this body has no other place for it. A refused `thread` also
// gets the `details` by which the official SDK knows that it is to send whole conversations, and does.
void append_error_body(std::string& out, const base::Failure& failure, std::string_view request_id);
std::string error_body(const base::Failure& failure, std::string_view request_id);

}  // namespace trilogue::dialect::messages
