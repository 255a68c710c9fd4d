#include "serve/front_door.h"

#include <exception>

#include "serve/metrics.h"
#include "serve/operator.h"
#include "serve/reply.h"
#include "serve/routes.h"
#include "serve/span_export.h"
#include "serve/stored.h"

namespace trilogue::serve {
namespace asio = boost::asio;

using base::FailureKind;

namespace {

// A caller may ask for a name as long as a body; its beginning tells enough.
constexpr std::size_t kLoggedName = 120;
constexpr std::size_t kLoggedPath = 1000;

RequestSpan span_of(const Call& call, std::chrono::nanoseconds took) {
  RequestSpan span = span_of(static_cast<const Errand&>(call), took);
  span.method = call.exchange.head().method;
  span.route = call.route.empty() ? std::string_view("(none)") : call.route;
  span.status = call.status;
  return span;
}

// The models are of no API: to Anthropic's clients they are shown as theirs would be. What is not there under
// one of its paths is missed in its words.
Api api_of(const Match& match, const http::Head& head) {
  if (!match.path_known && head.path.starts_with("/v1/messages/")) return Api::messages;
  const bool models = match.api == Api::other && match.path_known && head.path.starts_with("/v1/models");
  return models && !head.header("anthropic-version").empty() ? Api::messages : match.api;
}

// Where no route takes the call, or its caller only asks which methods do.
asio::awaitable<void> answer_without_route(Call& call, bool path_known) {
  const http::Head& head = call.exchange.head();
  // RFC 9110, 15.5.6: who asks with a wrong method is told the right ones; who asks for them, too.
  if (path_known) call.headers.add("Allow", methods_of(head.path));
  if (path_known && head.method == "OPTIONS") {
    http::Reply allowed{204, "", call.headers, ""};
    call.status = allowed.status;
    co_await call.exchange.reply(std::move(allowed));
    co_return;
  }
  base::Failure failure{path_known ? FailureKind::method_not_allowed : FailureKind::not_found, "", {}, {}};
  failure.message = path_known ? head.method.substr(0, 20) + " is not a method of this path"
                               : "There is nothing at this path";
  co_await reply_failure(call, std::move(failure));
}

// In the words of its dialect, under the trace id that the log has.
asio::awaitable<void> answer_after_a_bug(Call& call) {
  const bool answered = call.status != 0;
  base::Failure failure{FailureKind::internal, "The request was not answered", {}, {}};
  call.exchange.must_close();
  try {
    if (!answered) co_await reply_failure(call, std::move(failure));
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): then the session answers
  }
  call.status = 500;
  call.outcome = outcome_word(FailureKind::internal);
}

}  // namespace

asio::awaitable<void> FrontDoor::handle(http::Exchange& exchange) {
  Call call(exchange);
  call.trace = trace_of(exchange.head(), services_.random);
  call.arrived = std::chrono::steady_clock::now();
  add_trace(call.headers, call.trace.id);
  call.policy = services_.policies.now();
  call.arrived_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(services_.wall_clock().time_since_epoch())
          .count();
  std::exception_ptr bug;
  try {
    co_await admit_and_run(call);
  } catch (...) {
    bug = std::current_exception();
  }
  if (bug) co_await answer_after_a_bug(call);
  log(call);
  if (bug) std::rethrow_exception(bug);  // the session tells of it and closes
}

asio::awaitable<void> FrontDoor::admit_and_run(Call& call) {
  const http::Head& head = call.exchange.head();
  Match match = find_route(head.method, head.path);
  call.api = api_of(match, head);
  if (call.api == Api::messages) call.headers.add("request-id", call.trace.id);

  const auto trusted = call.policy->guard.check(head, services_.gate.requires_key());
  if (!trusted) {
    co_await reply_failure(call, trusted.error());
    co_return;
  }
  call.policy->guard.add_cors(head, call.headers);
  if (match.route == nullptr) {
    co_await answer_without_route(call, match.path_known);
    co_return;
  }
  auto let_in = check_right(call, match.route->right);
  if (let_in && services_.shared_limits != nullptr && call.permit.held())
    let_in = co_await take_shared_place(call);
  if (!let_in) {
    co_await reply_failure(call, std::move(let_in.error()));
    co_return;
  }
  call.route = match.route->path;
  call.argument = std::move(match.argument);
  co_await match.route->run(services_, call);
}

// Requests and concurrency are decided here, before anything is read.
base::Result<void> FrontDoor::check_right(Call& call, Right right) {
  if (right == Right::none) return {};
  if (right == Right::watch && !services_.gate.requires_key()) return {};
  if (right == Right::operate || right == Right::watch) return check_operator(services_, call.exchange);
  const http::Head& head = call.exchange.head();
  const bool takes_api_key = call.api == Api::messages;
  const admission::Credentials credentials{head.header("authorization"),
                                           takes_api_key ? head.header("x-api-key") : std::string_view()};
  if (auto fine = services_.keyring.check_current(); !fine) return fine;
  auto caller = services_.gate.identify(credentials);
  if (!caller) return base::fail(std::move(caller.error()));
  call.caller = std::move(*caller);
  const bool counts = right == Right::generate || (right == Right::count && call.caller.key != nullptr);
  if (!counts) return {};
  auto permit = services_.gate.admit(call.caller);
  if (!permit) return base::fail(std::move(permit.error()));
  call.permit = std::move(*permit);
  return {};
}

// What the server itself admitted is asked of the store that counts for all servers.
asio::awaitable<base::Result<void>> FrontDoor::take_shared_place(Call& call) {
  auto counted = admission::Gate::counted_in_the_store(call.caller);
  if (!counted) co_return base::Result<void>();
  auto ask = [this, &counted](auto answer) {
    services_.shared_limits->begin(std::move(*counted), std::move(answer));
  };
  auto answer = co_await answered<admission::SharedAnswer>(std::move(ask));
  const auto refused = [&call](base::Failure why) {
    call.permit = {};
    return base::fail(std::move(why));
  };
  if (!answer) co_return refused(std::move(answer.error()));
  call.rates = std::move(answer->rates);
  if (!answer->place) co_return refused(std::move(answer->place.error()));
  call.permit.hold(std::move(*answer->place));
  co_return base::Result<void>();
}

void FrontDoor::log(const Call& call) const {
  const auto took = std::chrono::steady_clock::now() - call.arrived;
  services_.metrics.count(call, took);
  // What is not about models would only be noise: pages, health, metrics, the operator's calls.
  if (services_.spans != nullptr && call.api != Api::other) services_.spans->add(span_of(call, took));
  if (!services_.log.has(base::LogLevel::info)) return;  // what the line says would be written for nothing
  services_.log.write(
      base::LogLevel::info, "request",
      {{"trace", call.trace.id},
       {"method", call.exchange.head().method},
       {"path", call.exchange.head().path.substr(0, kLoggedPath)},
       {"status", std::to_string(call.status)},
       {"outcome", std::string(call.outcome)},
       {"key", call.caller.key_id.empty() ? "-" : call.caller.key_id},
       {"model", call.model.empty() ? "-" : call.model.substr(0, kLoggedName)},
       {"prompt", std::to_string(call.usage.prompt_tokens)},
       {"cached", std::to_string(call.usage.cached_tokens)},
       {"output", std::to_string(call.usage.output_tokens)},
       {"ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())}});
}

}  // namespace trilogue::serve
