#include "dialect/responses/sealed_reasoning.h"

#include "wire/base64.h"
#include "wire/utf8.h"

namespace trilogue::dialect::responses {

namespace {

constexpr std::string_view kVersion = "trilogue.1.";

}  // namespace

std::string sealed(std::string_view reasoning) {
  std::string out(kVersion);
  wire::append_base64(out, reasoning);
  return out;
}

std::optional<std::string> unsealed(std::string_view text) {
  if (!text.starts_with(kVersion)) return std::nullopt;
  auto reasoning = wire::from_base64(text.substr(kVersion.size()));
  if (!reasoning || !wire::is_valid_utf8(*reasoning)) return std::nullopt;
  return reasoning;
}

}  // namespace trilogue::dialect::responses
