#include "admission/refusals.h"

#include <algorithm>
#include <string>

namespace trilogue::admission {

namespace {

// Whole seconds, rounded up: who waits for so long does not come too early.
base::Failure too_fast(std::string message, std::chrono::milliseconds wait) {
  const auto seconds = std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
  return {base::FailureKind::rate_limited, std::move(message), {}, seconds};
}

std::string in_a_minute(std::int64_t limit) {
  return "the limit is " + std::to_string(limit) + " in a minute";
}

}  // namespace

base::Failure too_many_at_once(std::int64_t limit) {
  return too_fast("Too many requests at once: the limit is " + std::to_string(limit),
                  std::chrono::seconds(1));
}

base::Failure too_many_requests(std::int64_t limit, std::chrono::milliseconds wait) {
  return too_fast("Too many requests: " + in_a_minute(limit), wait);
}

base::Failure too_many_tokens(std::int64_t limit, std::chrono::milliseconds wait) {
  return too_fast("Too many tokens: " + in_a_minute(limit), wait);
}

base::Failure prompt_never_fits(std::int64_t tokens, std::int64_t limit) {
  return {base::FailureKind::rate_limited,
          "The prompt has " + std::to_string(tokens) + " tokens, and " + in_a_minute(limit),
          {},
          {}};
}

}  // namespace trilogue::admission
