// One hexadecimal digit, as URLs, JSON escapes and chunk sizes write it.
#pragma once

namespace trilogue::base {

// 0 to 15, or -1 for what is no digit.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace trilogue::base
