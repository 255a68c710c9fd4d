#include "serve/show_account.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "serve/key_settings.h"
#include "serve/reply.h"
#include "wire/json_writer.h"

namespace trilogue::serve {

namespace {

// In millionths; nothing where no budget of money stands on the key or its account.
std::optional<std::int64_t> money_left(const Services& services, const admission::KeyState& state) {
  const auto now = std::chrono::steady_clock::now();
  std::optional<std::int64_t> left;
  const auto take = [&left, now](const store::Allowance& allowance, admission::Meter& meter) {
    if (!allowance.cost_budget) return;
    const std::int64_t mine = std::max<std::int64_t>(0, *allowance.cost_budget - meter.reading(now).cost);
    left = left ? std::min(*left, mine) : mine;
  };
  take(state.key.allowance, *state.meter);
  if (const auto account = services.keyring.account(state.key.account_id))
    take(account->allowance, *state.account_meter);
  return left;
}

}  // namespace

boost::asio::awaitable<void> show_account(Services& services, Call& call) {
  const auto left = call.caller.key ? money_left(services, *call.caller.key) : std::nullopt;
  const double balance = as_money(left.value_or(0));
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "account").field("type", left ? "prepaid" : "postpaid");
  json.field("balance", balance).field("total_cash_balance", balance).field("total_voucher_balance", 0);
  json.end_object();
  co_await reply_json(call, std::move(body));
}

}  // namespace trilogue::serve
