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
    {FailureKind::too_long, "too_long"},
    {FailureKind::unsupported_media_type, "media_type"},
    {FailureKind::rate_limited, "rate_limited"},
    {FailureKind::internal, "internal"},
    {FailureKind::unavailable, "unavailable"},
    {FailureKind::deadline, "deadline"},
    {FailureKind::cancelled, "client_gone"},
}};
static_assert(base::is_complete(kOutcomes));

// SDKs retry a 503 and a 429 by themselves; one that ran ten minutes would run, and be paid for, three times,
// and a prompt over a limit would wait minutes for the same refusal.
bool is_final(const base::Failure& failure) {
  return failure.kind == FailureKind::deadline ||
         (failure.kind == FailureKind::rate_limited && !failure.retry_after);
}

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
  if (is_final(failure)) reply.headers.add("x-should-retry", "false");
  return reply;
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

namespace {

admission::RateState rate_state(const Call& call) {
  return call.rates ? call.rates->state(std::chrono::steady_clock::now())
                    : admission::Gate::state(call.caller);
}

}  // namespace

http::HeaderLines take_headers(Call& call) {
  http::HeaderLines headers = std::move(call.headers);
  if (call.caller.key) add_rate(headers, call.api, rate_state(call), std::chrono::system_clock::now());
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
  http::Reply reply = failure_reply(call.api, failure, call.trace.id);
  reply.headers.add(take_headers(call));
  call.status = reply.status;
  co_await call.exchange.reply(std::move(reply));
}

}  // namespace trilogue::serve
