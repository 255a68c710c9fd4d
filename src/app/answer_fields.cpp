#include "app/answer_fields.h"

#include "app/terminal_text.h"
#include "base/rfc3339.h"

namespace trilogue::app {

std::string text_of(const wire::Value& object, std::string_view key) {
  const auto value = object.find(key);
  const auto text = value ? value->text() : std::nullopt;
  return text ? shown_on_terminal(std::string(*text)) : "";
}

std::string count_of(const wire::Value& object, std::string_view key) {
  const auto value = object.find(key);
  const auto number = value ? value->integer() : std::nullopt;
  return number ? std::to_string(*number) : "";
}

std::string day_of(const wire::Value& object, std::string_view key) {
  const auto value = object.find(key);
  const auto seconds = value ? value->integer() : std::nullopt;
  if (!seconds) return "";
  constexpr std::size_t kDay = 10;  // of `2026-11-21T16:33:21Z`
  return base::rfc3339(*seconds).substr(0, kDay);
}

}  // namespace trilogue::app
