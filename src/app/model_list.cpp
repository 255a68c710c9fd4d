#include "app/model_list.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace trilogue::app {
namespace {

using base::Result;
using canon::Effort;

// The longest thought that the bundled model was taught has 267 tokens; what goes on beyond these has lost
// its way.
constexpr ThinkingBudgets kBundledThinking{256, 320, 384};

// The three names of the documents, with the tiers and APIs that they give to each.
std::vector<ModelSpec> documented_models(const std::string& file) {
  const std::vector<Effort> three{Effort::low, Effort::medium, Effort::high};
  const std::vector<Effort> two{Effort::low, Effort::high};
  return {{"step-3.5-flash", file, three, Effort::medium, "stepai", false, kBundledThinking},
          {"step-3.5-flash-2603", file, two, Effort::low, "stepai", false, kBundledThinking},
          {"step-3.7-flash", file, three, Effort::medium, "stepai", true, kBundledThinking}};
}

}  // namespace

Result<std::string> find_bundled_model() {
  std::vector<std::filesystem::path> places;
  if (const char* named = std::getenv("TRILOGUE_BUNDLED_FILE")) {
    places.emplace_back(named);
  } else {
    std::error_code error;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    places = {folder / "../../models/trilogue-mini.gguf", folder / "../share/trilogue/trilogue-mini.gguf",
              folder / "trilogue-mini.gguf"};
  }
  for (const auto& place : places) {
    std::error_code error;
    if (std::filesystem::is_regular_file(place, error))
      return std::filesystem::weakly_canonical(place, error).string();
  }
  return base::invalid("bundled_model",
                       "The bundled model is not at " + places.front().lexically_normal().string());
}

Result<std::vector<ModelSpec>> list_models(const Configuration& configuration) {
  std::vector<ModelSpec> specs;
  if (configuration.bundled_model) {
    const auto file = find_bundled_model();
    if (!file) return base::fail(file.error());
    specs = documented_models(*file);
  }
  for (const auto& own : configuration.models) {
    std::error_code error;
    if (!std::filesystem::exists(own.file, error)) {
      return base::invalid("models", "The file of model " + own.name + " does not exist: " + own.file);
    }
    const auto taken =
        std::find_if(specs.begin(), specs.end(), [&](const ModelSpec& s) { return s.name == own.name; });
    if (taken == specs.end()) {
      specs.push_back(own);
    } else {
      *taken = own;
    }
  }
  if (specs.empty())
    return base::invalid("models", "There is no model to serve: give one with --model NAME=FILE.gguf");
  for (const auto& alias : configuration.aliases) {
    const bool known =
        std::any_of(specs.begin(), specs.end(), [&](const ModelSpec& s) { return s.name == alias.model; });
    if (!known) {
      return base::invalid(
          "aliases", "The alias " + alias.pattern + " names " + alias.model + ", and there is no such model");
    }
  }
  return specs;
}

}  // namespace trilogue::app
