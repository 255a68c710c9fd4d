#include "serve/generation.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

#include "serve/reply.h"
#include "serve/settle.h"
#include "wire/utf8.h"

namespace trilogue::serve {
namespace asio = boost::asio;

using base::FailureKind;

namespace {

// So long after its last moment an answer may still be on its way to its reader; then the place is another's.
constexpr std::chrono::seconds kSlowReader{60};

base::SteadyTime deadline_of(const Errand& errand) {
  return errand.arrived + errand.time_limit;
}

base::Failure deadline_passed(const Errand& errand) {
  const auto limit = errand.time_limit.count();
  const std::string words = limit % 60'000 == 0 ? std::to_string(limit / 60'000) + " minutes"
                            : limit % 1000 == 0 ? std::to_string(limit / 1000) + " seconds"
                                                : std::to_string(limit) + " ms";
  return {FailureKind::deadline, "The request was not complete within its time limit of " + words, {}, {}};
}

base::Failure shutting_down() {
  return {FailureKind::unavailable, "The server is shutting down", {}, std::chrono::seconds(1)};
}

base::SteadyTime expiry_of(const Services& services, const admission::Caller& caller) {
  if (!caller.key || !caller.key->key.expires) return base::SteadyTime::max();
  const std::chrono::seconds left(*caller.key->key.expires - base::unix_seconds(services.wall_clock()));
  constexpr std::chrono::seconds kNear = std::chrono::hours(24);  // nothing runs for so long
  return left > kNear ? base::SteadyTime::max() : std::chrono::steady_clock::now() + left;
}

// What a stranger sent must not be told from what nobody sent, where the operator wants that.
std::string cache_salt_of(const Errand& errand) {
  switch (errand.policy->limits.prefixes) {
    case PrefixSharing::all:
      break;
    case PrefixSharing::account:
      return errand.caller.account_id();
    case PrefixSharing::key:
      return errand.caller.key_id;
  }
  return {};
}

// Nobody waits for it, and a request does not fail for it.
void keep_prompt(Services& services, Errand& errand) {
  if (services.prompts == nullptr || errand.prompt.empty()) return;
  store::RecordedPrompt prompt{errand.trace.span, wire::replace_invalid_utf8(errand.prompt),
                               errand.prompt_cut};
  const auto complain = [&log = services.log, trace = errand.trace.id](const base::Result<void>& kept) {
    if (!kept)
      log.write(base::LogLevel::warning, "a prompt was not kept: " + kept.error().message,
                {{"trace", trace}});
  };
  if (!services.prompts->add(std::move(prompt), complain))
    complain(base::fail(FailureKind::unavailable, "the disk does not keep up"));
  errand.prompt = {};
}

}  // namespace

engine::Patience patience_of(const Errand& errand, http::Exchange* client) {
  engine::Patience patience{deadline_of(errand), {}};
  if (client == nullptr) return patience;
  patience.on_wait = [client](std::function<void()> leave) { client->on_disconnect(std::move(leave)); };
  return patience;
}

base::Failure told_to_caller(const Errand& errand, base::Failure failure) {
  return failure.kind == FailureKind::deadline ? deadline_passed(errand) : std::move(failure);
}

Generation::Generation(Services& services, Errand& errand, http::Exchange* client, int choices)
    : services_(services),
      errand_(errand),
      client_(client),
      deadline_(deadline_of(errand)),
      key_expires_(expiry_of(services, errand.caller)),
      unfinished_(choices),
      choices_(static_cast<std::size_t>(choices)) {}

// Where it goes before its end and nobody has said why, the bill shall not call it well: a bug ends it, or
// the server does.
Generation::~Generation() {
  if (over() || errand_.outcome != kWell) return;
  errand_.outcome = std::uncaught_exceptions() > 0 ? outcome_word(FailureKind::internal) : kInterrupted;
}

asio::awaitable<base::Result<std::unique_ptr<Generation>>> Generation::begin(Services& services,
                                                                             Errand& errand,
                                                                             http::Exchange* client,
                                                                             canon::Request&& request,
                                                                             std::string_view effort_path) {
  if (services.draining) co_return base::fail(shutting_down());
  const auto model = settle(services, errand, request, effort_path);
  if (!model) co_return base::fail(model.error());
  std::unique_ptr<Generation> generation(new Generation(services, errand, client, request.choices));
  generation->remembers_ = !request.tools.empty();
  request.cache_salt = cache_salt_of(errand);
  request.traceparent = traceparent_of(errand.trace);
  if (client != nullptr) request.tracestate = tracestate_of(client->head(), errand.trace);
  engine::Patience patience = patience_of(errand, client);
  // By itself: what is handed over would stand in this coroutine's frame too, which Asio then would not keep.
  auto starting = (*model)->engine->start(std::move(request), std::move(patience));
  auto stream = co_await std::move(starting);
  if (!stream) co_return base::fail(told_to_caller(errand, std::move(stream.error())));
  generation->stream_ = std::move(*stream);
  generation->bill_.emplace(services, errand, **model);
  auto charged = co_await generation->bill_->open(generation->stream_->prompt_tokens());
  if (!charged) co_return base::fail(std::move(charged.error()));
  keep_prompt(services, errand);
  generation->watch_key(co_await asio::this_coro::executor);
  if (client != nullptr) client->give_up_at(generation->last_moment() + kSlowReader);
  co_return generation;
}

asio::awaitable<Generation::Events> Generation::ready() {
  co_return noted(co_await stream_->next(base::SteadyTime::min()));
}

// What is ready costs no watch on the socket; only a generation that makes us wait does.
asio::awaitable<Generation::Events> Generation::wait(base::SteadyTime until) {
  if (over() || client_gone()) co_return Events{};
  watch_client();
  for (;;) {  // somebody may tell the server to stop meanwhile, so nobody waits for long at once
    constexpr std::chrono::milliseconds kAtOnce{250};
    const base::SteadyTime look = std::chrono::steady_clock::now() + kAtOnce;
    const base::SteadyTime end = std::min(until, last_moment());
    auto events = noted(co_await stream_->next(std::min(look, end)));
    const bool only_looked = events.empty() && look < end && std::chrono::steady_clock::now() >= look;
    if (!only_looked || client_gone()) co_return events;
  }
}

asio::awaitable<Generation::Events> Generation::next(base::SteadyTime until) {
  auto events = co_await ready();
  if (events.empty()) events = co_await wait(until);
  co_return events;
}

Generation::Events Generation::noted(Events events) {
  for (const auto& event : events) note(event);
  if (!events.empty()) bill_->note();
  return events;
}

void Generation::watch_client() {
  if (client_ == nullptr || std::exchange(watching_, true)) return;
  client_->on_disconnect([gone = client_gone_, stream = std::weak_ptr(stream_)] {
    *gone = true;
    if (const auto running = stream.lock()) running->stop();
  });
}

void Generation::watch_key(const asio::any_io_executor& executor) {
  on_revoked_.emplace(errand_.permit.revoked(), [executor, stream = std::weak_ptr(stream_)] {
    asio::post(executor, [stream] {
      if (const auto running = stream.lock()) running->stop();
    });
  });
}

base::SteadyTime Generation::last_moment() const {
  return std::min({deadline_, key_expires_, services_.stop_at.load()});
}

std::optional<base::Failure> Generation::cut_short() const {
  const auto now = std::chrono::steady_clock::now();
  if (now >= key_expires_ || errand_.permit.revoked().stop_requested())
    return base::Failure{FailureKind::unauthenticated, "The API key is no longer valid", {}, {}};
  if (now >= deadline_) return deadline_passed(errand_);
  if (now >= services_.stop_at.load()) return shutting_down();
  return std::nullopt;
}

// The prompt is read once for all choices; what they write adds up. Kept current, so that an answer that
// breaks off has cost what it had cost by then.
void Generation::note_usage(Choice& choice, canon::Usage usage) {
  canon::Usage& total = errand_.usage;
  total.prompt_tokens = std::max(total.prompt_tokens, usage.prompt_tokens);
  total.cached_tokens = std::max(total.cached_tokens, usage.cached_tokens);
  total.output_tokens += usage.output_tokens - choice.usage.output_tokens;
  total.reasoning_tokens += usage.reasoning_tokens - choice.usage.reasoning_tokens;
  choice.usage = usage;
  if (total.output_tokens > 0 && !errand_.first_token) errand_.first_token = std::chrono::steady_clock::now();
}

void Generation::note(const canon::Event& event) {
  Choice& choice = choices_[static_cast<std::size_t>(event.choice)];
  if (const auto* started = std::get_if<canon::Started>(&event.what)) {
    note_usage(choice, {started->prompt_tokens, started->cached_tokens, 0, 0});
    if (!errand_.began && started->began != base::SteadyTime{}) errand_.began = started->began;
  } else if (const auto* opened = std::get_if<canon::BlockOpened>(&event.what)) {
    choice.open = opened->kind;
    if (remembers_ && opened->kind == canon::BlockKind::call) {
      services_.reasoning.remember(errand_.caller.key_id, opened->call_id, choice.reasoning);
    }
  } else if (const auto* delta = std::get_if<canon::Delta>(&event.what)) {
    const canon::Usage& known = choice.usage;
    note_usage(choice,
               {known.prompt_tokens, known.cached_tokens, delta->output_tokens, delta->reasoning_tokens});
    if (remembers_ && choice.open == canon::BlockKind::reasoning) choice.reasoning += delta->text;
  } else if (const auto* finished = std::get_if<canon::Finished>(&event.what)) {
    note_usage(choice, finished->usage);
    --unfinished_;
  } else if (const auto* failed = std::get_if<canon::Failed>(&event.what)) {
    note_usage(choice, failed->usage);
    --unfinished_;
  }
}

}  // namespace trilogue::serve
