// Limits that several servers count together, in a store that speaks RESP (Redis, Valkey). Whatever is asked
// is answered within about two seconds, by the store or by a failure. What runs goes on while the store is
// away; when it is back it is told what runs here and what was written meanwhile. Any thread may ask; the
// answers come from a thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "admission/redis/address.h"
#include "admission/redis/rules.h"
#include "admission/shared_place.h"
#include "base/log.h"
#include "base/result.h"

namespace trilogue::admission {

class LimitsOffice;

// The answer to a request: its place, or why it has none; and what the headers say, in both cases.
struct SharedAnswer {
  base::Result<std::shared_ptr<SharedPlace>> place;
  std::shared_ptr<const SharedRates> rates;
};

class SharedLimits final {
 public:
  // `server`: the name of this one in the store, which no other has. `clock`: other than the store's for
  // tests.
  SharedLimits(redis::Address address, std::string server, const base::Log& log,
               std::string_view clock = redis::kStoreClock);
  ~SharedLimits();  // as close()
  SharedLimits(const SharedLimits&) = delete;
  SharedLimits& operator=(const SharedLimits&) = delete;

  // One more request, of the key and of its account or of neither. Failures: rate_limited with the time after
  // which it would pass, inside the answer; unavailable when the store is away, instead of one.
  void begin(redis::Counted counted, std::function<void(base::Result<SharedAnswer>)> answer);

  // Tokens of a prompt, all or none. Failures: rate_limited, unavailable.
  void charge(std::shared_ptr<SharedPlace> place, std::int64_t tokens,
              std::function<void(base::Result<void>)> answer);

  // Gives the place back, after what was noted on it.
  void end(std::shared_ptr<SharedPlace> place);

  // Tells the store the rest, gives back what is still held and answers everybody, within about a second. No
  // more answers come after it; what is asked then is refused.
  void close();

 private:
  std::unique_ptr<LimitsOffice> office_;
};

}  // namespace trilogue::admission
