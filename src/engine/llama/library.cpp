#include "engine/llama/library.h"

#include <dlfcn.h>
#include <llama.h>

#include <filesystem>
#include <utility>

namespace trilogue::engine::llama {
namespace {

void forward(ggml_log_level level, const char* text, void* library) {
  static_cast<Library*>(library)->hear(static_cast<int>(level), text);
}

void ignore(ggml_log_level, const char*, void*) {}

std::string folder_of_loaded_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&llama_backend_init), &info) == 0 || info.dli_fname == nullptr) {
    return {};
  }
  std::error_code error;
  const auto path = std::filesystem::canonical(info.dli_fname, error);
  return error ? std::string{} : path.parent_path().string();
}

std::vector<std::string> folders_to_try(const std::string& chosen) {
  if (!chosen.empty()) return {chosen};
  std::vector<std::string> folders{folder_of_loaded_library()};
#ifdef TRILOGUE_LLAMA_LIB_DIR
  folders.emplace_back(TRILOGUE_LLAMA_LIB_DIR);
#endif
  return folders;
}

// Loading twice would register every backend twice.
bool load_backends(const std::string& chosen) {
  for (const auto& folder : folders_to_try(chosen)) {
    if (ggml_backend_dev_count() > 0) return true;
    if (!folder.empty()) ggml_backend_load_all_from_path(folder.c_str());
  }
  if (ggml_backend_dev_count() == 0 && chosen.empty()) ggml_backend_load_all();
  return ggml_backend_dev_count() > 0;
}

}  // namespace

Library::Library(base::Log log) : log_(std::move(log)) {
  llama_log_set(forward, this);
}

Library::~Library() {
  llama_log_set(ignore, nullptr);
}

base::Result<std::unique_ptr<Library>> Library::open(const std::string& folder, base::Log log) {
  auto library = std::unique_ptr<Library>(new Library(std::move(log)));
  if (!load_backends(folder)) {
    return base::fail(base::FailureKind::internal,
                      "no compute backend of llama.cpp was found in " +
                          (folder.empty() ? folders_to_try(folder).back() : folder) +
                          ": libggml-cpu-*.so must stand there");
  }
  llama_backend_init();
  return library;
}

std::string Library::take_error() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(first_error_, {});
}

void Library::hear(int level, const char* text) {
  const std::scoped_lock lock(mutex_);
  if (level != GGML_LOG_LEVEL_CONT) line_level_ = level;
  line_ += text;
  if (line_.empty() || line_.back() != '\n') return;
  line_.pop_back();
  const bool is_error = line_level_ == GGML_LOG_LEVEL_ERROR;
  if (is_error && first_error_.empty()) first_error_ = line_;
  log_.write(is_error ? base::LogLevel::warning : base::LogLevel::debug, "llama.cpp", {{"said", line_}});
  line_.clear();
}

}  // namespace trilogue::engine::llama
