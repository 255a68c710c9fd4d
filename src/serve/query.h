// What stands behind the question mark of a request's target, and percent-encoding. Pure; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trilogue::serve {

// %2F and its like; a broken escape stands for itself.
std::string percent_decoded(std::string_view text);

// What percent_decoded() turns back; all but letters, digits and -._~ escaped.
std::string percent_encoded(std::string_view text);

// The decoded value of `name` in `a=1&b=2`, the last one where there are several; absent without one.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

// All of them, in their order.
std::vector<std::string> query_values(std::string_view query, std::string_view name);

// A day of the calendar, `2026-11-21`; absent for anything else.
std::optional<std::chrono::sys_days> parse_day(const std::string& text);

// Failures of both: invalid_request at the name.
base::Result<bool> query_flag(std::string_view query, std::string_view name);  // false when absent
// The whole of `text` as a number within those bounds.
std::optional<std::int64_t> integer_of(std::string_view text, std::int64_t low, std::int64_t high);

base::Result<std::optional<std::int64_t>> query_integer(std::string_view query, std::string_view name,
                                                        std::int64_t low, std::int64_t high);

}  // namespace trilogue::serve
