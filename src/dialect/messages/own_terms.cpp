#include "dialect/messages/own_terms.h"

#include <charconv>
#include <span>
#include <string_view>

namespace trilogue::dialect::messages {

namespace {

constexpr std::string_view kTool = "tools[";
constexpr std::string_view kParameters = "].parameters";
constexpr std::string_view kFormat = "response_format";

std::string tool_path(std::string_view path, std::span<const std::size_t> places) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(path.data() + kTool.size(), path.data() + path.size(), index);
  if (error != std::errc()) return std::string(path);
  std::string_view rest(end, static_cast<std::size_t>(path.data() + path.size() - end));
  if (index < places.size()) index = places[index];
  std::string out = std::string(kTool) + std::to_string(index);
  if (rest.starts_with(kParameters)) {
    out += "].input_schema";
    rest.remove_prefix(kParameters.size());
  }
  return out + std::string(rest);
}

}  // namespace

base::Failure in_own_terms(base::Failure failure, const BodyPlaces& places) {
  const std::string_view path = failure.path;
  if (path.starts_with(kTool)) {
    failure.path = tool_path(path, places.tools);
  } else if (path.starts_with(kFormat)) {
    failure.path = std::string(places.format) + ".schema" + std::string(path.substr(kFormat.size()));
  }
  return failure;
}

}  // namespace trilogue::dialect::messages
