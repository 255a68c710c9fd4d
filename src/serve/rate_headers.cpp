#include "serve/rate_headers.h"

#include <string>
#include <string_view>

#include "base/rfc3339.h"

namespace trilogue::serve {

namespace {

using admission::Allotment;
using std::chrono::milliseconds;

std::string as_duration(milliseconds time) {
  const long long count = time.count();
  if (count < 1000) return std::to_string(count) + "ms";
  const long long seconds = (count + 999) / 1000;
  if (seconds < 60) return std::to_string(seconds) + "s";
  return std::to_string(seconds / 60) + "m" + std::to_string(seconds % 60) + "s";
}

// A moment later rather than a moment too early.
std::string as_time(base::WallTime time) {
  return base::rfc3339(base::unix_seconds(std::chrono::ceil<std::chrono::seconds>(time)));
}

struct Names {
  std::string_view limit, remaining, reset;
};
struct NamesOfApi {
  Names requests, tokens;
};
constexpr NamesOfApi kOpenAi{
    {"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
    {"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"}};
constexpr NamesOfApi kAnthropic{
    {"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
     "anthropic-ratelimit-requests-reset"},
    {"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining",
     "anthropic-ratelimit-tokens-reset"}};

}  // namespace

void add_rate(http::HeaderLines& headers, Api api, const admission::RateState& state, base::WallTime now) {
  const bool anthropic = api == Api::messages;
  const auto add = [&](const Names& names, const std::optional<Allotment>& allotment) {
    if (!allotment) return;
    headers.add(names.limit, allotment->limit);
    headers.add(names.remaining, allotment->remaining);
    headers.add(names.reset, anthropic ? as_time(now + allotment->reset) : as_duration(allotment->reset));
  };
  const NamesOfApi& names = anthropic ? kAnthropic : kOpenAi;
  add(names.requests, state.requests);
  add(names.tokens, state.tokens);
}

std::string rate_header_names() {
  std::string all;
  for (const NamesOfApi& api : {kOpenAi, kAnthropic}) {
    for (const Names& names : {api.requests, api.tokens}) {
      for (const auto name : {names.limit, names.remaining, names.reset})
        all.append(all.empty() ? "" : ", ").append(name);
    }
  }
  return all;
}

}  // namespace trilogue::serve
