// The folder for what must survive a restart. Made when it is missing, and locked by one server at a time.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace trilogue::app {

// Where the server keeps its things when nobody said: `$XDG_DATA_HOME/trilogue`, else
// `~/.local/share/trilogue`; "" (nothing is kept) for a user without a home.
std::string default_data_folder();

// The socket file through which the operator's commands reach a running server; "" without a folder.
std::string socket_file(const std::string& folder);

class DataDirectory final {
 public:
  // Failures, in words for the person at the terminal: it cannot be made or written; unavailable, when a
  // server has it, and keeps it for so long.
  static base::Result<DataDirectory> open(const std::string& path, std::chrono::milliseconds patience);

  DataDirectory() = default;  // none: nothing is kept
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  ~DataDirectory();

 private:
  explicit DataDirectory(int lock) : lock_(lock) {}
  int lock_ = -1;  // the open lock file; closing it frees the lock
};

}  // namespace trilogue::app
