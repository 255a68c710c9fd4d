#include "http/message.h"

#include <algorithm>

namespace trilogue::http {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Head::header(std::string_view name) const {
  for (const auto& header : headers) {
    if (same_word(header.name, name)) return header.value;
  }
  return {};
}

}  // namespace trilogue::http
