#include "admission/operator_desk.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "admission/secret_text.h"

namespace trilogue::admission {

using base::FailureKind;

namespace {

constexpr std::chrono::hours kSessionLength{12};
constexpr std::chrono::hours kLinkLength{1};
constexpr std::size_t kWrongInAMinute = 10;
constexpr std::size_t kTokenCharacters = 43;  // 258 bits

}  // namespace

OperatorDesk::OperatorDesk(const base::Secret& admin_token, base::Random& random, base::WallClock clock)
    : admin_digest_(digest_of(admin_token.expose())), random_(random), clock_(std::move(clock)) {}

bool OperatorDesk::is_admin_token(std::string_view token) const {
  const std::string digest = digest_of(token);
  return CRYPTO_memcmp(digest.data(), admin_digest_.data(), admin_digest_.size()) == 0;
}

base::Secret OperatorDesk::one_time_token() {
  base::Secret token(random_.text(base::kUrlSafe, kTokenCharacters));
  const std::lock_guard lock(mutex_);
  forget_expired();
  one_time_[digest_of(token.expose())] = clock_() + kLinkLength;
  return token;
}

bool OperatorDesk::take_one_time_token(const std::string& digest) {
  return one_time_.erase(digest) > 0;
}

base::Result<Session> OperatorDesk::sign_in(std::string_view token) {
  const bool admin = is_admin_token(token);
  const std::lock_guard lock(mutex_);
  forget_expired();
  // Nobody guesses one of either kind: who has one gets in, however many strangers try theirs.
  const bool once = take_one_time_token(digest_of(token));
  if (!once && !admin && wrong_.size() >= kWrongInAMinute) {
    return base::fail(base::Failure{FailureKind::rate_limited,
                                    "Too many wrong tokens: try again in a minute",
                                    {},
                                    std::chrono::seconds(60)});
  }
  if (!once && !admin) {
    wrong_.push_back(clock_());
    return base::fail(FailureKind::unauthenticated, "This token opens nothing, or has been used");
  }
  if (sessions_.size() >= kMostSessions) {
    sessions_.erase(
        std::ranges::min_element(sessions_, {}, [](const auto& held) { return held.second.expires; }));
  }
  Session session{random_.text(base::kUrlSafe, kTokenCharacters),
                  random_.text(base::kUrlSafe, kTokenCharacters), clock_() + kSessionLength};
  sessions_[digest_of(session.id)] = session;
  return session;
}

base::Result<Session> OperatorDesk::session(std::string_view id) {
  const std::string digest = digest_of(id);
  const std::lock_guard lock(mutex_);
  forget_expired();
  const auto found = sessions_.find(digest);
  if (found == sessions_.end()) return base::fail(FailureKind::unauthenticated, "Sign in first");
  return found->second;
}

void OperatorDesk::sign_out(std::string_view id) {
  const std::string digest = digest_of(id);
  const std::lock_guard lock(mutex_);
  sessions_.erase(digest);
}

void OperatorDesk::forget_expired() {
  const base::WallTime now = clock_();
  std::erase_if(one_time_, [now](const auto& held) { return held.second <= now; });
  std::erase_if(sessions_, [now](const auto& held) { return held.second.expires <= now; });
  while (!wrong_.empty() && wrong_.front() + std::chrono::minutes(1) <= now) wrong_.pop_front();
}

}  // namespace trilogue::admission
