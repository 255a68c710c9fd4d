#include "wire/json_escapes.h"

#include <cstddef>

#include "base/hex.h"

namespace trilogue::wire {

namespace {

// The code unit of `\uXXXX` at `at`, or -1.
int escaped_unit(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = base::hex_digit(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

}  // namespace

bool has_lone_surrogate_escape(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    const int unit = escaped_unit(text, i);
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      const int low = escaped_unit(text, i + 6);
      if (low < 0xDC00 || low > 0xDFFF) return true;
      i += 11;
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
      return true;
    } else {
      ++i;
    }
  }
  return false;
}

}  // namespace trilogue::wire
