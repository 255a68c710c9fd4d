#include "serve/rate_headers.h"

#include <string>

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

void add_openai(std::vector<http::Header>& headers, const std::string& kind, const Allotment& allotment) {
  headers.push_back({"x-ratelimit-limit-" + kind, std::to_string(allotment.limit)});
  headers.push_back({"x-ratelimit-remaining-" + kind, std::to_string(allotment.remaining)});
  headers.push_back({"x-ratelimit-reset-" + kind, as_duration(allotment.reset)});
}

void add_anthropic(std::vector<http::Header>& headers, const std::string& kind, const Allotment& allotment,
                   base::WallTime now) {
  const std::string name = "anthropic-ratelimit-" + kind;
  headers.push_back({name + "-limit", std::to_string(allotment.limit)});
  headers.push_back({name + "-remaining", std::to_string(allotment.remaining)});
  headers.push_back({name + "-reset", as_time(now + allotment.reset)});
}

}  // namespace

std::vector<http::Header> rate_headers(Api api, const admission::RateState& state, base::WallTime now) {
  std::vector<http::Header> headers;
  const auto add = [&](const char* kind, const std::optional<Allotment>& allotment) {
    if (!allotment) return;
    if (api == Api::messages) {
      add_anthropic(headers, kind, *allotment, now);
    } else {
      add_openai(headers, kind, *allotment);
    }
  };
  add("requests", state.requests);
  add("tokens", state.tokens);
  return headers;
}

}  // namespace trilogue::serve
