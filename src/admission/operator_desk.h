// Who operates the server: the admin token, the link that opens the console once, and the sessions of
// browsers that signed in. Any thread. Sessions live in memory; a restart ends them.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace trilogue::admission {

struct Session {
  std::string id;    // the cookie's value
  std::string csrf;  // shown to the page itself, which no other page can read
  base::WallTime expires{};
};

class OperatorDesk final {
 public:
  OperatorDesk(const base::Secret& admin_token, base::Random& random, base::WallClock clock);

  bool is_admin_token(std::string_view token) const;

  // A token that signs in once, within an hour.
  base::Secret one_time_token();

  // A new session for the admin token or a one-time token. Failures: unauthenticated; rate_limited for a
  // wrong one after many in a minute, whoever gave them.
  base::Result<Session> sign_in(std::string_view token);

  // Failure: unauthenticated, for a session that is not there or has expired.
  base::Result<Session> session(std::string_view id);
  void sign_out(std::string_view id);

 private:
  static constexpr std::size_t kMostSessions = 100;
  bool take_one_time_token(const std::string& digest);
  void forget_expired();

  const std::string admin_digest_;
  base::Random& random_;
  const base::WallClock clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, base::WallTime> one_time_;  // digests, and until when they are good
  std::unordered_map<std::string, Session> sessions_;         // by the digest of their id
  std::deque<base::WallTime> wrong_;                          // attempts, oldest first
};

}  // namespace trilogue::admission
