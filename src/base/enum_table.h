// One constexpr table per enum ties each value to its text, and is proved complete and unique where it is
// defined: static_assert(is_complete(kRoleNames)).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace trilogue::base {

template <class Enum>
struct EnumName {
  Enum value;
  std::string_view text;
};

template <class Enum, std::size_t N>
using EnumTable = std::array<EnumName<Enum>, N>;

// True when row i holds the value i and no text stands twice. Needs an enum that counts from 0.
template <class Enum, std::size_t N>
constexpr bool is_complete(const EnumTable<Enum, N>& table) {
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(table[i].value) != i || table[i].text.empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (table[j].text == table[i].text) return false;
    }
  }
  return true;
}

template <class Enum, std::size_t N>
constexpr std::string_view to_text(const EnumTable<Enum, N>& table, Enum value) {
  return table[static_cast<std::size_t>(value)].text;
}

template <class Enum, std::size_t N>
constexpr std::optional<Enum> from_text(const EnumTable<Enum, N>& table, std::string_view text) {
  for (const auto& row : table) {
    if (row.text == text) return row.value;
  }
  return std::nullopt;
}

}  // namespace trilogue::base
