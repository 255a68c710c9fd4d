#include "serve/background_run.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "serve/deliver.h"
#include "serve/running_responses.h"
#include "serve/span_export.h"

namespace trilogue::serve {
namespace asio = boost::asio;

namespace {

void log_end(const Services& services, const BackgroundRun& run) {
  const Errand& errand = run.errand;
  const auto took = std::chrono::steady_clock::now() - errand.arrived;
  if (services.spans != nullptr) {
    RequestSpan span = span_of(errand, took);
    span.background = true;
    span.trace.parent = std::exchange(span.trace.span, new_span_id(services.random));
    services.spans->add(std::move(span));
  }
  services.log.write(
      base::LogLevel::info, "background response",
      {{"trace", errand.trace.id},
       {"id", run.record.id()},
       {"outcome", std::string(errand.outcome)},
       {"key", errand.caller.key_id.empty() ? "-" : errand.caller.key_id},
       {"model", errand.model},
       {"prompt", std::to_string(errand.usage.prompt_tokens)},
       {"cached", std::to_string(errand.usage.cached_tokens)},
       {"output", std::to_string(errand.usage.output_tokens)},
       {"ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())}});
}

asio::awaitable<std::string> reply_on_its_strand(std::shared_ptr<BackgroundRun> run) {
  co_return run->record.reply();
}

asio::awaitable<std::string> cancel_on_its_strand(std::shared_ptr<BackgroundRun> run) {
  if (!run->record.complete()) {
    run->cancelled = true;
    run->errand.outcome = "cancelled";
    run->record.cancel();
    if (run->generation) run->generation->stop();
  }
  co_return run->record.reply();
}

// Memory goes on serving it until then: a full disk may have room again.
asio::awaitable<void> wait_until_stored(Services& services, ResponseRecord& record) {
  constexpr std::chrono::seconds kAgain{2};
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    auto ask = [&record](auto answer) { record.wait_until_stored(std::move(answer)); };
    const auto stored = co_await answered<void>(std::move(ask));
    if (stored) break;
    timer.expires_after(kAgain);
    co_await timer.async_wait(asio::use_awaitable);
    record.store_again();
  }
  services.running.remove(record.id());
}

asio::awaitable<void> make(BackgroundRun& run) {
  std::string unseen;
  const auto heartbeat = run.errand.policy->limits.heartbeat;
  base::SteadyTime silent_until = std::chrono::steady_clock::now() + heartbeat;
  while (!run.record.complete()) {
    const auto events = co_await run.generation->next(silent_until);
    if (run.cancelled) break;
    unseen.clear();
    encode(run.errand, *run.generation, events, silent_until, run.record, unseen);
    if (!unseen.empty()) silent_until = std::chrono::steady_clock::now() + heartbeat;
  }
}

// As a request in the foreground is answered after a bug: it fails, and its place is given back.
void fail_by_a_bug(const Services& services, BackgroundRun& run, const std::exception& bug) {
  services.log.write(base::LogLevel::error, "a background response ended by a bug",
                     {{"trace", run.errand.trace.id}, {"what", bug.what()}});
  run.errand.outcome = outcome_word(base::FailureKind::internal);
  std::string unseen;
  try {
    run.record.fail({base::FailureKind::internal, "The response was not made", {}, {}}, unseen);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): then nobody hears more of it
  }
}

asio::awaitable<void> end(Services& services, BackgroundRun& run) {
  run.generation.reset();
  log_end(services, run);
  run.errand.permit = {};  // its place is free, even where the disk makes it wait to be stored
  if (!run.record.has_been_stored()) {
    // The next start settles what a bug left in the store.
    run.record.recording()->end();
    services.running.remove(run.record.id());
    co_return;
  }
  auto stored = wait_until_stored(services, run.record);
  co_await std::move(stored);
}

}  // namespace

asio::awaitable<void> run_to_the_end(Services& services, std::shared_ptr<BackgroundRun> run) {
  try {
    co_await make(*run);
  } catch (const std::exception& bug) {
    fail_by_a_bug(services, *run, bug);
  }
  co_await end(services, *run);
}

asio::awaitable<std::string> reply_of(std::shared_ptr<BackgroundRun> run) {
  auto asked = reply_on_its_strand(run);
  co_return co_await asio::co_spawn(run->executor, std::move(asked), asio::use_awaitable);
}

asio::awaitable<std::string> cancel(std::shared_ptr<BackgroundRun> run) {
  auto asked = cancel_on_its_strand(run);
  co_return co_await asio::co_spawn(run->executor, std::move(asked), asio::use_awaitable);
}

}  // namespace trilogue::serve
