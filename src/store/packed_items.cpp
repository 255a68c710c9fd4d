#include "store/packed_items.h"

#include <charconv>
#include <cstddef>

namespace trilogue::store {

namespace {

// Takes a number and the character behind it away.
std::optional<std::size_t> take_length(std::string_view& from, char end) {
  std::size_t length = 0;
  const auto read = std::from_chars(from.data(), from.data() + from.size(), length);
  const auto digits = static_cast<std::size_t>(read.ptr - from.data());
  if (read.ec != std::errc() || digits == from.size() || from[digits] != end) return std::nullopt;
  from.remove_prefix(digits + 1);
  return length;
}

std::string take(std::string_view& from, std::size_t length) {
  std::string text(from.substr(0, length));
  from.remove_prefix(length);
  return text;
}

}  // namespace

void pack(std::string& to, const Item& item) {
  to += std::to_string(item.id.size());
  to += ' ';
  to += std::to_string(item.json.size());
  to += '\n';
  to += item.id;
  to += item.json;
}

std::string pack(const std::vector<Item>& items) {
  constexpr std::size_t kLengths = 24;
  std::size_t size = 0;
  for (const Item& item : items) size += kLengths + item.id.size() + item.json.size();
  std::string packed;
  packed.reserve(size);
  for (const Item& item : items) pack(packed, item);
  return packed;
}

std::optional<std::vector<Item>> unpack(std::string_view packed) {
  std::vector<Item> items;
  while (!packed.empty()) {
    const auto id = take_length(packed, ' ');
    const auto json = id ? take_length(packed, '\n') : std::nullopt;
    if (!json || *id > packed.size() || *json > packed.size() - *id) return std::nullopt;
    Item item;
    item.id = take(packed, *id);
    item.json = take(packed, *json);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace trilogue::store
