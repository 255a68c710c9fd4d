#include "wire/json_numbers.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>

namespace trilogue::wire {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

struct Token {
  std::string_view text;  // empty: no well-formed number stands here
  bool whole = true;      // neither fraction nor exponent
  bool shrinks = false;   // its exponent is negative
};

// RFC 8259, section 6.
Token number_at(std::string_view json, std::size_t begin) {
  Token token;
  std::size_t at = begin + (json[begin] == '-' ? 1 : 0);
  const std::size_t first = at;
  at = digits(json, at);
  if (at == first || (json[first] == '0' && at > first + 1)) return {};
  if (at < json.size() && json[at] == '.') {
    token.whole = false;
    const std::size_t fraction = at + 1;
    at = digits(json, fraction);
    if (at == fraction) return {};
  }
  if (at < json.size() && (json[at] == 'e' || json[at] == 'E')) {
    token.whole = false;
    ++at;
    token.shrinks = at < json.size() && json[at] == '-';
    if (at < json.size() && (json[at] == '-' || json[at] == '+')) ++at;
    const std::size_t exponent = at;
    at = digits(json, exponent);
    if (at == exponent) return {};
  }
  token.text = json.substr(begin, at - begin);
  return token;
}

template <class Number>
bool is_out_of_range(std::string_view text, Number& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc::result_out_of_range;
}

bool is_too_wide(const Token& token) {
  if (token.text.empty()) return false;
  double real = 0;
  if (!token.whole) return is_out_of_range(token.text, real) && !token.shrinks;
  std::int64_t small = 0;
  std::uint64_t large = 0;
  return is_out_of_range(token.text, small) &&
         (token.text.front() == '-' || is_out_of_range(token.text, large));
}

void append_nearest(std::string& out, const Token& token) {
  double nearest = 0;
  if (is_out_of_range(token.text, nearest)) nearest = std::numeric_limits<double>::max();
  if (token.text.front() == '-' && nearest > 0) nearest = -nearest;
  char written[32];
  out.append(written,
             std::to_chars(written, written + sizeof written, nearest, std::chars_format::scientific).ptr);
}

// Where the string that begins at `at` ends.
std::size_t after_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at + 1;
}

}  // namespace

std::optional<std::string> with_narrower_numbers(std::string_view json) {
  std::optional<std::string> out;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      at = after_string(json, at);
      continue;
    }
    const Token token = json[at] == '-' || is_digit(json[at]) ? number_at(json, at) : Token{};
    if (is_too_wide(token)) {
      if (!out) out.emplace();
      out->append(json, copied, at - copied);
      append_nearest(*out, token);
      copied = at + token.text.size();
    }
    at += std::max<std::size_t>(token.text.size(), 1);
  }
  if (out) out->append(json, copied, json.size() - copied);
  return out;
}

}  // namespace trilogue::wire
