#include "app/models_command.h"

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "app/model_list.h"

namespace trilogue::app {

int print_models(const Configuration& configuration) {
  const auto specs = list_models(configuration);
  if (!specs) {
    std::fprintf(stderr, "trilogue: %s\n", specs.error().message.c_str());
    return 1;
  }
  std::printf("%-24s %-20s %9s  %s\n", "NAME", "EFFORTS", "SIZE", "FILE");
  for (const auto& spec : *specs) {
    std::string efforts;
    for (const auto effort : spec.efforts) {
      efforts += (efforts.empty() ? "" : ",") + std::string(base::to_text(canon::kEffortNames, effort));
    }
    std::error_code error;
    const auto bytes = std::filesystem::file_size(spec.file, error);
    const double megabytes = error ? 0.0 : static_cast<double>(bytes) / 1e6;
    std::printf("%-24s %-20s %6.1f MB  %s\n", spec.name.c_str(), efforts.c_str(), megabytes,
                spec.file.c_str());
  }
  for (const auto& alias : configuration.aliases) {
    std::printf("%-24s is %s\n", alias.pattern.c_str(), alias.model.c_str());
  }
  return 0;
}

}  // namespace trilogue::app
