#include "serve/bill.h"

#include <algorithm>
#include <utility>

#include "serve/metrics.h"
#include "serve/stored.h"

namespace trilogue::serve {
namespace asio = boost::asio;

namespace {

std::string_view name_of(Api api) {
  switch (api) {
    case Api::chat:
      return "chat";
    case Api::messages:
      return "messages";
    case Api::responses:
      return "responses";
    case Api::other:
      break;
  }
  return "other";
}

std::int64_t milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

std::int64_t cost_of(const canon::Usage& usage, const Prices& prices) {
  constexpr std::int64_t kMillion = 1'000'000;
  const std::int64_t fresh = usage.prompt_tokens - usage.cached_tokens;
  const std::int64_t sum =
      fresh * prices.input + usage.cached_tokens * prices.cached_input + usage.output_tokens * prices.output;
  return sum == 0 ? 0 : std::max<std::int64_t>(1, (sum + kMillion / 2) / kMillion);
}

store::Spent Bill::spent() const {
  const canon::Usage& usage = errand_.usage;
  return {usage.prompt_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens,
          cost_of(usage, model_.prices)};
}

asio::awaitable<base::Result<void>> Bill::open(std::optional<int> prompt_tokens) {
  if (prompt_tokens) {
    if (errand_.permit.place() != nullptr) {
      auto fits = co_await charge_in_the_store(*prompt_tokens);
      if (!fits) co_return base::fail(std::move(fits.error()));
    }
    if (auto fits = errand_.permit.charge_prompt(*prompt_tokens); !fits)
      co_return base::fail(std::move(fits.error()));
    charged_prompt_ = *prompt_tokens;
    errand_.usage.prompt_tokens = *prompt_tokens;
  }
  store::Admission admission{errand_.trace.id,
                             errand_.caller.key_id,
                             errand_.caller.account_id(),
                             model_.name,
                             std::string(name_of(errand_.api)),
                             errand_.arrived_ms,
                             spent(),
                             errand_.trace.span};
  base::Result<void> journalled;
  const auto admit = [this, &admission](store::Ledger::Journalled answer) {
    entry_ = services_.ledger.admit(std::move(admission), std::move(answer));
  };
  if (services_.ledger.durable()) {
    journalled = co_await answered<void>(admit);
  } else {  // the answer comes at once
    admit([&journalled](base::Result<void> done) { journalled = std::move(done); });
  }
  if (!journalled) co_return base::fail(refuse(journalled.error()));
  co_return journalled;
}

// The reason may name files and hosts: it is the operator's.
base::Failure Bill::refuse(const base::Failure& why) {
  entry_.reset();
  errand_.permit.note(-charged_prompt_, 0);  // nothing was read for it; only of the minute it stays
  errand_.usage = {};
  services_.log.write(base::LogLevel::error, "a request cannot be recorded",
                      {{"trace", errand_.trace.id}, {"reason", why.message}});
  return {why.kind, "The request cannot be recorded now; the server's log says why", {}, why.retry_after};
}

asio::awaitable<base::Result<void>> Bill::charge_in_the_store(int tokens) {
  const auto place = errand_.permit.place();
  auto ask = [&place, tokens](auto answer) { place->limits().charge(place, tokens, std::move(answer)); };
  co_return co_await answered<void>(std::move(ask));
}

void Bill::note() {
  if (!entry_) return;
  const store::Spent now = spent();
  entry_->note(now);
  // What the other side of a remote engine counted late was not asked for.
  errand_.permit.note(now.prompt_tokens - charged_prompt_ + now.output_tokens, now.cost);
}

Bill::~Bill() {
  if (!entry_) return;
  note();  // the prompt costs also who left before the first event
  const auto now = std::chrono::steady_clock::now();
  const auto first_token = errand_.first_token ? *errand_.first_token - errand_.arrived : now - now;
  store::Settlement settlement{spent(), std::string(errand_.outcome), milliseconds(first_token),
                               milliseconds(now - errand_.arrived), std::nullopt};
  if (errand_.began) settlement.queued = milliseconds(*errand_.began - errand_.arrived);
  services_.metrics.count(errand_.api, errand_.usage, first_token);
  services_.ledger.settle(entry_, std::move(settlement));
}

}  // namespace trilogue::serve
