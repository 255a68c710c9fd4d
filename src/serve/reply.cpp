#include "serve/reply.h"

#include <algorithm>
#include <iterator>

#include "base/enum_table.h"
#include "dialect/chat/errors.h"
#include "dialect/messages/errors.h"
#include "serve/rate_headers.h"

namespace trilogue::serve {
namespace asio = boost::asio;

namespace {

using base::FailureKind;

constexpr base::EnumTable<FailureKind, base::kFailureKinds> kOutcomes{{
    {FailureKind::invalid_request, "invalid"},
    {FailureKind::unauthenticated, "unauthenticated"},
    {FailureKind::quota_exceeded, "quota"},
    {FailureKind::forbidden, "forbidden"},
    {FailureKind::not_found, "not_found"},
    {FailureKind::method_not_allowed, "method"},
    {FailureKind::too_large, "too_large"},
    {FailureKind::unsupported_media_type, "media_type"},
    {FailureKind::rate_limited, "rate_limited"},
    {FailureKind::internal, "internal"},
    {FailureKind::unavailable, "unavailable"},
    {FailureKind::deadline, "deadline"},
    {FailureKind::cancelled, "client_gone"},
}};
static_assert(base::is_complete(kOutcomes));

}  // namespace

std::string_view outcome_word(FailureKind kind) {
  return base::to_text(kOutcomes, kind);
}

http::Reply failure_reply(Api api, const base::Failure& failure, std::string_view request_id) {
  http::Reply reply;
  if (api == Api::messages) {
    reply.status = dialect::messages::status_of(failure.kind);
    reply.body = dialect::messages::error_body(failure, request_id);
  } else {
    reply.status = dialect::chat::status_of(failure.kind);
    reply.body = dialect::chat::error_body(failure);
  }
  if (failure.retry_after) reply.headers.add("Retry-After", failure.retry_after->count());
  // SDKs retry a 503 by themselves; one that ran ten minutes would run, and be paid for, three times.
  if (failure.kind == FailureKind::deadline) reply.headers.add("x-should-retry", "false");
  return reply;
}

std::string new_trace_id(base::Random& random) {
  return random.text(base::kLowerHex, 32);
}

std::string trace_id_of(std::string_view traceparent) {
  constexpr std::size_t kLength = 55;  // 2-32-16-2 digits; a later version may go on after a dash
  constexpr std::size_t kDashes[] = {2, 35, 52};
  if (traceparent.size() < kLength || (traceparent.size() > kLength && traceparent[kLength] != '-'))
    return {};
  for (std::size_t i = 0; i < kLength; ++i) {
    const bool dash = std::ranges::find(kDashes, i) != std::end(kDashes);
    if (dash ? traceparent[i] != '-' : base::kLowerHex.find(traceparent[i]) == std::string_view::npos)
      return {};
  }
  const std::string_view version = traceparent.substr(0, 2), id = traceparent.substr(3, 32);
  const bool longer = traceparent.size() > kLength;
  const bool is_nothing = id.find_first_not_of('0') == std::string_view::npos ||
                          traceparent.substr(36, 16).find_first_not_of('0') == std::string_view::npos;
  if (version == "ff" || (version == "00" && longer) || is_nothing) return {};
  return std::string(id);
}

void add_trace(http::HeaderLines& headers, const std::string& trace_id) {
  headers.add("X-Trace-Id", trace_id);
  headers.add("x-request-id", trace_id);
}

http::Reply refusal(base::Random& random, int status, std::string_view reason) {
  http::Reply reply;
  reply.status = status;
  add_trace(reply.headers, new_trace_id(random));
  const FailureKind kind = status == 413   ? FailureKind::too_large
                           : status == 503 ? FailureKind::unavailable
                           : status >= 500 ? FailureKind::internal
                                           : FailureKind::invalid_request;
  reply.body = dialect::chat::error_body({kind, std::string(reason), {}, {}});
  return reply;
}

http::HeaderLines take_headers(Call& call) {
  http::HeaderLines headers = std::move(call.headers);
  if (call.caller.key)
    add_rate(headers, call.api, admission::Gate::state(call.caller), std::chrono::system_clock::now());
  return headers;
}

asio::awaitable<void> reply_json(Call& call, std::string body, int status) {
  http::Reply reply{status, "application/json", take_headers(call), std::move(body)};
  call.status = reply.status;
  co_await call.exchange.reply(std::move(reply));
}

asio::awaitable<void> reply_failure(Call& call, base::Failure failure) {
  call.outcome = outcome_word(failure.kind);
  if (failure.kind == FailureKind::cancelled) co_return;  // nobody listens
  http::Reply reply = failure_reply(call.api, failure, call.trace_id);
  reply.headers.add(take_headers(call));
  call.status = reply.status;
  co_await call.exchange.reply(std::move(reply));
}

}  // namespace trilogue::serve
