// Looks at the store of the shared limits once, for who wants to know whether it will do. Waits for it.
#pragma once

#include <string>

#include "admission/redis/address.h"
#include "base/result.h"

namespace trilogue::admission::redis {

struct Inspection {
  std::string program;        // and its version: `Redis 7.0.15`
  bool is_cluster = false;    // which the limits cannot be spread over
  bool may_forget = false;    // it throws away what it holds when it runs out of memory
  bool takes_scripts = true;  // the limits are scripts
  friend bool operator==(const Inspection&, const Inspection&) = default;
};

// Failure: unavailable, with what is in the way; within about two seconds.
base::Result<Inspection> inspect(const Address& address);

// From what the store says of itself; for tests.
Inspection read_info(const std::string& info);

}  // namespace trilogue::admission::redis
