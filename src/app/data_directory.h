// The folder for what must survive a restart. Made when it is missing, and locked by one server at a time.
#pragma once

#include <string>

#include "base/result.h"

namespace trilogue::app {

class DataDirectory final {
 public:
  // Failures, in words for the person at the terminal: it cannot be made or written, or another server has
  // it.
  static base::Result<DataDirectory> open(const std::string& path);

  DataDirectory() = default;  // none: nothing is kept
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  ~DataDirectory();

 private:
  explicit DataDirectory(int lock) : lock_(lock) {}
  int lock_ = -1;  // the open lock file; closing it frees the lock
};

}  // namespace trilogue::app
