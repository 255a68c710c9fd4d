// The rules of the limits as the store runs them, one script for each, whole or not at all; and what goes
// into a script and comes out of it, as values. Its clock is the store's own, so that the servers' clocks do
// not matter. Asks nobody; for one thread.
//
// Kept under `trilogue:`, for a key `k:ID:` and for an account `a:ID:`
//   requests, tokens   the last minute: a list of `millisecond:total so far`, oldest first. The one at the
//                      front is the last that is past; counting starts at its total.
//   places             a hash of requests that run, by the lease of the server that runs them
// and for the servers `lease:ID`, there while it is renewed, and `told:ID`, the last note that was counted.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admission/redis/words.h"
#include "admission/tier.h"
#include "base/result.h"
#include "wire/resp.h"

namespace trilogue::admission::redis {

// Whom a request is counted for.
struct Counted {
  std::string key_id;
  std::string account_id;
  Limits key;
  Limits account;
  friend bool operator==(const Counted&, const Counted&) = default;
};

// What is used of one limit's minute, of a key or an account; zero where there is no such limit.
struct MinuteUse {
  std::int64_t used = 0;
  std::int64_t reset_ms = 0;  // until all of it is there again
  friend bool operator==(const MinuteUse&, const MinuteUse&) = default;
};
struct Use {
  MinuteUse key_requests, key_tokens, account_requests, account_tokens;
  friend bool operator==(const Use&, const Use&) = default;
};

enum class Verdict {
  passed,
  lease_is_gone,
  too_many_at_once,
  too_many_requests,
  too_many_tokens,
  never_fits
};
struct Decision {
  Verdict verdict = Verdict::passed;
  std::int64_t limit = 0;    // that refused
  std::int64_t wait_ms = 0;  // until it would pass
  Use use;
};

struct Note {  // written without asking
  Counted counted;
  std::int64_t tokens = 0;
  std::int64_t age_ms = 0;
};

struct Taken {  // of one `places`
  std::string places;
  std::int64_t count = 0;
};

// Lua that gives the store's time in milliseconds; another one for tests.
inline constexpr std::string_view kStoreClock =
    "local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000)";

struct Script {
  std::string text;
  std::string sha1;
};

class Rules final {
 public:
  static constexpr int kLeaseMs = 15'000;

  explicit Rules(std::string_view clock = kStoreClock);

  // EVALSHA; in_full() makes of it what a store takes that does not know the script yet.
  Words begin(const std::string& lease, const Counted& counted) const;
  Words charge(const std::string& lease, const Counted& counted, std::int64_t tokens) const;
  // `number` grows with every note of a server; one that was counted is not counted again.
  Words note(const std::string& server, std::int64_t number, const std::vector<Note>& notes) const;
  Words end(const std::string& lease, const Counted& counted) const;
  Words in_full(Words words) const;
  // What makes the scripts known, so that none of them has to be sent twice.
  std::vector<Words> introduction() const;

  // Sent in full: takes a lease, with the places that it holds already, and gives up an older one.
  Words enter(const std::string& lease, const std::string& old_lease, const std::vector<Taken>& taken) const;
  static Words renew(const std::string& lease);
  static Words leave(const std::string& lease);

 private:
  std::array<const Script*, 4> known_by_name() const { return {&begin_, &charge_, &note_, &end_}; }

  Script begin_, charge_, note_, end_, enter_;
};

// The hashes that a request takes its places in: those of what is limited.
std::vector<std::string> places_of(const Counted& counted);

// Failure: unavailable, for an answer that no script of ours gives.
base::Result<Decision> read_decision(const wire::RespValue& answer);
base::Result<std::vector<Use>> read_uses(const wire::RespValue& answer);

}  // namespace trilogue::admission::redis
