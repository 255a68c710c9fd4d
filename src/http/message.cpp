#include "http/message.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>

namespace trilogue::http {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
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

void HeaderLines::append(std::string_view name, std::string_view value) {
  constexpr std::size_t kUsual = 480;  // an answer's headers with those of the rate limits
  if (text_.empty()) text_.reserve(kUsual);
  text_.append(name).append(": ").append(value).append("\r\n");
}

void HeaderLines::add(std::string_view name, std::string_view value) {
  append(name, value);
  if (std::ranges::none_of(value, is_control)) return;
  const auto end = text_.end() - 2;
  std::replace_if(end - static_cast<std::ptrdiff_t>(value.size()), end, is_control, ' ');
}

void HeaderLines::add(std::string_view name, std::int64_t value) {
  char digits[20];
  const char* const end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  append(name, std::string_view(static_cast<const char*>(digits), end));
}

std::string_view HeaderLines::value(std::string_view name) const {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    const auto colon = line.find(": ");
    if (same_word(line.substr(0, colon), name)) return line.substr(colon + 2);
    rest.remove_prefix(line.size() + 2);
  }
  return {};
}

}  // namespace trilogue::http
