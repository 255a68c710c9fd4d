#include "app/start_screen.h"

#include <cstdio>

#include "app/operator_token.h"
#include "app/version.h"

namespace trilogue::app {
namespace {

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// Names that share a file stand together, the bundled model's first.
std::string model_lines(const std::vector<ModelSpec>& models) {
  std::string lines;
  std::string file;
  for (const auto& model : models) {
    if (model.file == file) {
      lines += ", " + model.name;
      continue;
    }
    if (!file.empty()) lines += "  (" + file_name(file) + ")\n            ";
    lines += model.name;
    file = model.file;
  }
  return lines + "  (" + file_name(file) + ")\n";
}

std::string base_url(const Configuration& configuration, std::uint16_t port) {
  const bool any = configuration.address == "0.0.0.0" || configuration.address == "::";
  const bool v6 = configuration.address.find(':') != std::string::npos && !any;
  const std::string host = any ? "localhost" : v6 ? "[" + configuration.address + "]" : configuration.address;
  return std::string(configuration.tls_certificate.empty() ? "http://" : "https://") + host + ":" +
         std::to_string(port);
}

}  // namespace

std::string start_screen(const Configuration& configuration, const std::vector<ModelSpec>& models,
                         const StartFacts& facts) {
  const std::string url = base_url(configuration, facts.port);
  const bool keys = facts.keys_required;
  char loaded[32];
  std::snprintf(loaded, sizeof loaded, "%.2f s", facts.seconds_to_load);

  std::string screen = "\nTrilogue " + std::string(kVersion) + ", ready after " + loaded + "\n\n";
  screen += "  models    " + model_lines(models);
  screen += "  address   " + url + "  (base URL of OpenAI clients: " + url + "/v1)\n";
  screen += keys ? "  keys      required: Authorization: Bearer KEY\n" : "  keys      none required\n";
  screen +=
      "  console   " + url + "/console" +
      (facts.console_token.empty() ? "  (sign in with the admin token: " + configuration.data_directory +
                                         "/" + kOperatorTokenFile + ")\n"
                                   : "#token=" + facts.console_token + "  (signs in once)\n");
  screen += "  stop      Ctrl-C, or SIGTERM: running requests finish first\n\n";
  screen +=
      "Try it:\n\n  curl " + url + "/v1/chat/completions \\\n    -H 'Content-Type: application/json' \\\n";
  if (keys) screen += "    -H \"Authorization: Bearer $TRILOGUE_KEY\" \\\n";
  screen += "    -d '{\"model\": \"" + models.back().name +
            "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello, who are you?\"}]}'\n\n";
  return screen;
}

}  // namespace trilogue::app
