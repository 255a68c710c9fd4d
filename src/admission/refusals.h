// What a caller is told who comes too fast, wherever his use is counted.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/failure.h"

namespace trilogue::admission {

// `wait`: after which it would pass.
base::Failure too_many_at_once(std::int64_t limit);
base::Failure too_many_requests(std::int64_t limit, std::chrono::milliseconds wait);
base::Failure too_many_tokens(std::int64_t limit, std::chrono::milliseconds wait);
base::Failure prompt_never_fits(std::int64_t tokens, std::int64_t limit);

}  // namespace trilogue::admission
