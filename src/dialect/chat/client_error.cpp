#include "dialect/chat/client_error.h"

#include <charconv>
#include <chrono>

#include "dialect/chat/client.h"
#include "dialect/chat/client_fields.h"
#include "dialect/chat/errors.h"

namespace trilogue::dialect::chat {

namespace {

constexpr int kLongestWait = 24 * 60 * 60;  // seconds; what asks for more is not believed

// A code says more than a type, and is the same at most servers.
std::optional<base::FailureKind> kind_of(std::string_view type, std::string_view code) {
  std::optional<base::FailureKind> kind;
  for (const ErrorRow& row : kErrors) {
    if (!row.code.empty() && row.code == code) return row.kind;
    if (!kind && row.type == type) kind = row.kind;
  }
  return kind;
}

// Of a Retry-After header.
std::optional<std::chrono::seconds> seconds_in(std::string_view header) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  const bool whole = error == std::errc() && end == header.data() + header.size();
  if (!whole || seconds < 0 || seconds > kLongestWait) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace

base::Failure upstream(std::string message) {
  return {base::FailureKind::internal, std::move(message), {}, std::nullopt};
}

std::optional<base::Failure> error_in(const wire::Value& body) {
  const auto error = body.find("error");
  if (!error || error->is_null()) return std::nullopt;
  if (const auto text = error->text()) return upstream(std::string(*text));
  base::Failure failure = upstream(std::string(text_at(*error, "message")));
  if (failure.message.empty()) failure.message = "the server failed without saying why";
  failure.path = text_at(*error, "param");
  const std::string prefix = failure.path + ": ";  // as append_error_body writes it
  if (!failure.path.empty() && failure.message.starts_with(prefix)) failure.message.erase(0, prefix.size());
  failure.kind = kind_of(text_at(*error, "type"), text_at(*error, "code")).value_or(failure.kind);
  return failure;
}

base::Failure read_error(int status, std::string body, std::string_view retry_after) {
  const auto document = wire::Document::parse(std::move(body));
  base::Failure failure = upstream("the server answered with status " + std::to_string(status));
  for (const ErrorRow& row : kErrors) {
    if (row.status != status) continue;
    failure.kind = row.kind;
    break;
  }
  const auto said = document ? error_in(document->root()) : std::nullopt;
  if (said) {
    const bool typed = said->kind != base::FailureKind::internal;
    failure = {typed ? said->kind : failure.kind, said->message, said->path, std::nullopt};
  }
  const bool limited = failure.kind == base::FailureKind::rate_limited;
  const bool busy = limited || failure.kind == base::FailureKind::unavailable;
  if (busy) failure.retry_after = seconds_in(retry_after);
  // None would say that waiting does not help (base/failure.h).
  if (limited && !failure.retry_after) failure.retry_after = std::chrono::seconds(1);
  return failure;
}

}  // namespace trilogue::dialect::chat
