// The name by which the system takes a socket file. It takes about a hundred bytes and no more; the file of a
// folder with a longer name goes by a short name of that folder, which holds as long as this lives.
#pragma once

#include <string>

namespace trilogue::http {

class SocketPath final {
 public:
  explicit SocketPath(const std::string& file);
  ~SocketPath();
  SocketPath(const SocketPath&) = delete;
  SocketPath& operator=(const SocketPath&) = delete;

  bool fits() const;  // otherwise the folder cannot be opened, or the file's own name is too long
  const std::string& text() const { return text_; }

 private:
  int folder_ = -1;
  std::string text_;
};

}  // namespace trilogue::http
