// A moment as RFC 3339 writes it, in UTC and whole seconds: `2026-11-21T16:33:21Z`.
#pragma once

#include <ctime>
#include <string>

namespace trilogue::base {

// `seconds` since 1970.
inline std::string rfc3339(long long seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace trilogue::base
