// The llama.cpp library itself: finds its compute backends and takes over its log, both of which are global
// in it. Built once, before the first model, and alive as long as any; thread-safe after construction.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"

namespace trilogue::engine::llama {

class Library final {
 public:
  // `folder` holds the backends (libggml-cpu-*.so); empty: beside the library that is loaded, then where the
  // build found it. What llama.cpp says goes to `log`: errors as warnings, the rest as debug lines.
  static base::Result<std::unique_ptr<Library>> open(const std::string& folder, base::Log log);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // The first error line since the last call, which tells why a load failed (those after it only say that it
  // did); "" when there was none.
  std::string take_error();

  // Called by llama.cpp from any of its threads. A line may come in several parts.
  void hear(int level, const char* text);

 private:
  explicit Library(base::Log log);

  base::Log log_;
  std::mutex mutex_;
  std::string line_;
  int line_level_ = 0;
  std::string first_error_;
};

}  // namespace trilogue::engine::llama
