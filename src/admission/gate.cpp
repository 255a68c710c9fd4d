#include "admission/gate.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <utility>

#include "admission/secret_text.h"

namespace trilogue::admission {
namespace {

using base::FailureKind;

constexpr std::string_view kBearer = "Bearer ";

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

tl::unexpected<base::Failure> not_let_in() {
  return base::fail(FailureKind::unauthenticated, "Incorrect API key provided");
}

MeterPair meters_of(const KeyState& key) {
  return {*key.meter, *key.account_meter};
}

}  // namespace

const std::string& Caller::account_id() const {
  static const std::string none;
  return key ? key->key.account_id : none;
}

std::string_view Credentials::key() const {
  const bool is_bearer = authorization.size() >= kBearer.size() &&
                         std::equal(kBearer.begin(), kBearer.end(), authorization.begin(), same_letter);
  if (!is_bearer) return api_key;
  const auto begin = authorization.find_first_not_of(' ', kBearer.size());
  return begin == std::string_view::npos ? api_key : authorization.substr(begin);
}

base::Result<Caller> Gate::identify(const Credentials& credentials) const {
  if (keyring_.empty()) return Caller{};
  auto key = keyring_.find(digest_of(credentials.key()));
  if (key == nullptr || key->expired(clock_())) return not_let_in();
  std::string id = key->key.id;
  return Caller{std::move(key), std::move(id)};
}

base::Result<Permit> Gate::admit(const Caller& caller) {
  if (running_->fetch_add(1, std::memory_order_relaxed) >= max_running_) {
    running_->fetch_sub(1, std::memory_order_relaxed);
    return base::fail(base::Failure{FailureKind::unavailable,
                                    "The server is running as many requests as it may",
                                    {},
                                    std::chrono::seconds(1)});
  }
  if (caller.key) {
    // Between being identified and here the key may have been revoked.
    auto fine = caller.key->revoked.stop_requested()
                    ? base::Result<void>(not_let_in())
                    : meters_of(*caller.key).begin(std::chrono::steady_clock::now());
    if (!fine) {
      running_->fetch_sub(1, std::memory_order_relaxed);
      return base::fail(std::move(fine.error()));
    }
  }
  return Permit(running_, caller.key);
}

std::optional<redis::Counted> Gate::counted_in_the_store(const Caller& caller) {
  if (!caller.key) return std::nullopt;
  redis::Counted counted{caller.key_id, caller.account_id(), caller.key->meter->limits_in_the_store(),
                         caller.key->account_meter->limits_in_the_store()};
  if (!counted.key.any() && !counted.account.any()) return std::nullopt;
  return counted;
}

RateState Gate::state(const Caller& caller) {
  if (!caller.key) return {};
  return meters_of(*caller.key).state(std::chrono::steady_clock::now());
}

}  // namespace trilogue::admission
