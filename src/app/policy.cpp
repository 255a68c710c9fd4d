#include "app/policy.h"

#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace trilogue::app {
namespace {

long long modified(const std::string& file) {
  struct stat info{};
  return ::stat(file.c_str(), &info) == 0 ? static_cast<long long>(info.st_mtime) : 0;
}

serve::Prices prices_of(const Configuration& configuration, const std::string& model) {
  constexpr double kMillionths = 1e6;
  const auto amount = [](double price) {
    return static_cast<std::int64_t>(std::llround(price * kMillionths));
  };
  for (const auto& price : configuration.prices) {
    if (serve::matches(price.model, model))
      return {amount(price.input), amount(price.cached_input), amount(price.output)};
  }
  return {};
}

// The smallest of those that fit.
std::optional<std::chrono::milliseconds> deadline_of(const Configuration& configuration,
                                                     const std::string& model) {
  std::optional<std::chrono::milliseconds> least;
  for (const auto& [pattern, deadline] : configuration.deadlines) {
    if (serve::matches(pattern, model)) least = std::min(least.value_or(deadline), deadline);
  }
  return least;
}

serve::Model catalogue_entry(const Configuration& configuration, const ModelSpec& spec,
                             engine::Engine* engine) {
  serve::Model model;
  model.name = spec.name;
  model.owned_by = spec.owned_by;
  model.created = modified(spec.file);
  model.efforts = spec.efforts;
  model.default_effort = spec.default_effort;
  model.apis.responses = spec.responses;
  model.engine = engine;
  model.prices = prices_of(configuration, spec.name);
  model.deadline = deadline_of(configuration, spec.name);
  return model;
}

std::vector<serve::Alias> aliases_of(const Configuration& configuration) {
  std::vector<serve::Alias> aliases;
  aliases.reserve(configuration.aliases.size());
  for (const auto& alias : configuration.aliases) aliases.push_back({alias.pattern, alias.model});
  return aliases;
}

serve::Limits limits_of(const Configuration& configuration) {
  serve::Limits limits;
  limits.deadline = configuration.deadline;
  limits.heartbeat = configuration.heartbeat;
  limits.max_choices = configuration.max_choices;
  limits.prefixes = configuration.share_prefixes;
  limits.openai_chunks = configuration.chat_chunks == ChatChunks::openai;
  limits.reasoning_summaries = configuration.reasoning_events == ReasoningEvents::summary;
  if (configuration.prompts.record)
    limits.prompt_bytes = static_cast<std::size_t>(configuration.prompts.kb) << 10;
  return limits;
}

}  // namespace

serve::Policy policy_of(const Configuration& configuration, const std::vector<ModelSpec>& specs,
                        const LoadedModels& loaded) {
  std::vector<serve::Model> models;
  models.reserve(specs.size());
  for (const auto& spec : specs)
    models.push_back(catalogue_entry(configuration, spec, loaded.by_file.at(spec.file)));
  return {serve::Catalogue(std::move(models), aliases_of(configuration)),
          serve::BrowserGuard({configuration.browser_hosts, configuration.browser_origins}),
          limits_of(configuration), configuration.currency};
}

}  // namespace trilogue::app
