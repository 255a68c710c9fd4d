// What can go wrong with a request, as a value. Every room returns it, no room throws it; each dialect
// turns a kind into its own status and words by one table. Never holds a prompt or a key.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace trilogue::base {

enum class FailureKind {
  invalid_request,         // the caller's fault, path says where
  unauthenticated,         // no key, or a wrong one
  quota_exceeded,          // the key's budget is spent
  forbidden,               // a right the caller lacks, or a web page of another origin
  not_found,               // no such path, model or stored thing
  method_not_allowed,      // the path exists, the method does not
  too_large,               // a body or header over its limit
  too_long,                // a prompt over the context
  unsupported_media_type,  // a content type or encoding that is not taken
  rate_limited,            // too fast; retry_after says when, nothing where waiting does not help
  internal,                // our fault
  unavailable,             // overloaded or draining; retry_after says when
  deadline,                // the time limit of the request has passed
  cancelled,               // the client left; nobody reads this one
};
inline constexpr int kFailureKinds = 14;

struct Failure {
  FailureKind kind = FailureKind::internal;
  std::string message;  // one sentence for the caller
  std::string path;     // JSON path of the fault (`messages[3].content[0].type`), or empty
  std::optional<std::chrono::seconds> retry_after;

  friend bool operator==(const Failure&, const Failure&) = default;
};

}  // namespace trilogue::base
