#include "app/prompts_at_start.h"

#include <filesystem>
#include <string>
#include <system_error>

namespace trilogue::app {

namespace {

base::Result<void> remove_prompts(const std::string& file) {
  for (const char* const ending : {"", "-journal", "-wal", "-shm"}) {
    std::error_code error;
    std::filesystem::remove(file + ending, error);
    if (error)
      return base::fail(base::FailureKind::unavailable,
                        "Cannot remove " + file + ending +
                            ", where prompts are that are no longer to be kept: " + error.message());
  }
  return {};
}

}  // namespace

base::Result<std::unique_ptr<store::Prompts>> open_prompts(const Configuration& configuration) {
  const std::string& folder = configuration.data_directory;
  const std::string file = folder.empty() ? "" : folder + "/prompts.db";
  if (configuration.prompts.record) return store::Prompts::open(file, configuration.prompts.count);
  if (!file.empty()) {
    if (auto removed = remove_prompts(file); !removed) return base::fail(std::move(removed.error()));
  }
  return std::unique_ptr<store::Prompts>();
}

}  // namespace trilogue::app
