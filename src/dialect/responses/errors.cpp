#include "dialect/responses/errors.h"

#include <charconv>
#include <string>

namespace trilogue::dialect::responses {

namespace {

// `tools[2].parameters` → where canon's third tool stands.
std::string path_of_tool(std::string_view path, const std::vector<OfferedTool>& tools) {
  constexpr std::string_view kBefore = "tools[";
  std::size_t index = 0;
  const char* const begin = path.data() + kBefore.size();
  const char* const path_end = path.data() + path.size();
  const auto [end, error] = std::from_chars(begin, path_end, index);
  if (error != std::errc() || end == path_end || *end != ']' || index >= tools.size())
    return std::string(path);
  return tools[index].path + std::string(end + 1, path_end);
}

}  // namespace

base::Failure in_own_terms(base::Failure failure, const std::vector<OfferedTool>& tools) {
  if (failure.path == "messages") {
    failure.path = "input";
  } else if (failure.path == "response_format") {
    failure.path = "text.format.schema";
  } else if (failure.path.starts_with("tools[")) {
    failure.path = path_of_tool(failure.path, tools);
  }
  return failure;
}

std::string_view error_code(base::FailureKind kind) {
  switch (kind) {
    case base::FailureKind::invalid_request:
    case base::FailureKind::too_large:
    case base::FailureKind::too_long:
    case base::FailureKind::unsupported_media_type:
    case base::FailureKind::deadline:  // asked again it would run as long: what is a server_error, Codex asks
                                       // again
      return "invalid_prompt";
    case base::FailureKind::rate_limited:
    case base::FailureKind::quota_exceeded:
      return "rate_limit_exceeded";
    case base::FailureKind::unauthenticated:
    case base::FailureKind::forbidden:
    case base::FailureKind::not_found:
    case base::FailureKind::method_not_allowed:
    case base::FailureKind::internal:
    case base::FailureKind::unavailable:
    case base::FailureKind::cancelled:
      break;
  }
  return "server_error";
}

}  // namespace trilogue::dialect::responses
