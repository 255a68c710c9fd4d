// The environment's half of the configuration.
#include <algorithm>
#include <cctype>
#include <regex>
#include <utility>

#include "app/configuration.h"

namespace trilogue::app {
namespace {

using base::Result;

// Names that programs of all kinds know (opentelemetry.io/docs/specs/otel/protocol/exporter); ours win.
constexpr std::pair<std::string_view, std::string_view> kStandardNames[] = {
    {"OTEL_EXPORTER_OTLP_ENDPOINT", "otlp.endpoint"},
    {"OTEL_EXPORTER_OTLP_HEADERS", "otlp.headers"},
    {"OTEL_SERVICE_NAME", "otlp.service_name"}};

Result<void> read_standard_names(Configuration& configuration, const char* const* environment) {
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view line = *environment;
    for (const auto& [name, key] : kStandardNames) {
      if (!line.starts_with(name) || !line.substr(name.size()).starts_with('=')) continue;
      const std::string_view value = line.substr(name.size() + 1);
      if (value.empty()) continue;  // as if it were not there, says the standard
      if (auto done = set(configuration, key, value); !done)
        return base::invalid(std::string(name), done.error().message);
    }
  }
  return {};
}

// What Kubernetes tells every container about a service that happens to be called trilogue, or
// trilogue-something: its addresses, not settings. TRILOGUE_PORT=9000 is somebody's mistake.
bool is_service_link(std::string_view name, std::string_view value) {
  static const std::regex link(
      "TRILOGUE_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR))");
  static const std::regex address("TRILOGUE_(\\w+_)?PORT(_\\d+_(TCP|UDP|SCTP))?");
  const bool is_url = value.find("://") != std::string_view::npos;
  return std::regex_match(name.begin(), name.end(), is_url ? address : link);
}

}  // namespace

std::string environment_name(std::string_view key) {
  std::string name = "TRILOGUE_";
  for (const char c : key)
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

Result<void> read_environment(Configuration& configuration, const char* const* environment) {
  if (auto done = read_standard_names(configuration, environment); !done) return done;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view line = *environment;
    if (!line.starts_with("TRILOGUE_")) continue;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    if (name == "TRILOGUE_CONFIG" || name == "TRILOGUE_KEY" || name == "TRILOGUE_BUNDLED_FILE") continue;
    const auto found = std::find_if(settings().begin(), settings().end(), [&](const Setting& setting) {
      return environment_name(setting.key) == name;
    });
    const std::string_view value = line.substr(equals + 1);
    if (found == settings().end() && is_service_link(name, value)) continue;
    if (found == settings().end()) return base::invalid(std::string(name), "there is no such setting");
    const auto done = set(configuration, found->key, value);
    if (!done) return base::invalid(std::string(name), done.error().message);
  }
  return {};
}

}  // namespace trilogue::app
