// Fields of a server's answer, for the client half. What is missing or of another type reads as empty.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "wire/json.h"

namespace trilogue::dialect::chat {

inline std::string_view text_at(const wire::Value& holder, std::string_view key) {
  const auto value = holder.find(key);
  return value ? value->text().value_or(std::string_view()) : std::string_view();
}

inline int int_at(const wire::Value& holder, std::string_view key) {
  const auto value = holder.find(key);
  const auto number = value ? value->integer() : std::nullopt;
  return static_cast<int>(std::clamp<std::int64_t>(number.value_or(0), 0, 1'000'000'000));
}

}  // namespace trilogue::dialect::chat
