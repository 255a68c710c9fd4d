#include "serve/query.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <utility>

#include "base/hex.h"
#include "wire/utf8.h"

namespace trilogue::serve {

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && base::hex_digit(text[i + 1]) >= 0 &&
                        base::hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(base::hex_digit(text[i + 1]) * 16 + base::hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  auto all = query_values(query, name);
  return all.empty() ? std::nullopt : std::optional(std::move(all.back()));
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
  std::vector<std::string> found;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (percent_decoded(pair.substr(0, equals)) != name) continue;
    const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    found.push_back(wire::replace_invalid_utf8(percent_decoded(value)));
  }
  return found;
}

namespace {

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 9999;

}  // namespace

std::optional<std::chrono::sys_days> parse_day(const std::string& text) {
  int year = 0, month = 0, day = 0, length = 0;
  const int found = std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &length);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(std::max(month, 0))),
                                         std::chrono::day(static_cast<unsigned>(std::max(day, 0)))};
  if (found != 3 || static_cast<std::size_t>(length) != text.size() || !date.ok()) return std::nullopt;
  if (year < kFirstYear || year > kLastYear) return std::nullopt;
  return std::chrono::sys_days(date);
}

base::Result<bool> query_flag(std::string_view query, std::string_view name) {
  const auto value = query_value(query, name);
  if (!value || *value == "false" || *value == "0") return false;
  if (*value == "true" || *value == "1") return true;
  return base::invalid(std::string(name), "expected true or false");
}

std::optional<std::int64_t> integer_of(std::string_view text, std::int64_t low, std::int64_t high) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < low || number > high)
    return std::nullopt;
  return number;
}

base::Result<std::optional<std::int64_t>> query_integer(std::string_view query, std::string_view name,
                                                        std::int64_t low, std::int64_t high) {
  const auto value = query_value(query, name);
  if (!value) return std::nullopt;
  const auto number = integer_of(*value, low, high);
  if (!number) {
    return base::invalid(std::string(name), "expected a whole number from " + std::to_string(low) + " to " +
                                                std::to_string(high));
  }
  return number;
}

}  // namespace trilogue::serve
