#include "http/socket_path.h"

#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

namespace trilogue::http {

SocketPath::SocketPath(const std::string& file) : text_(file) {
  const auto slash = file.rfind('/');
  if (fits() || slash == std::string::npos) return;
  folder_ = ::open(file.substr(0, slash + 1).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder_ >= 0) text_ = "/proc/self/fd/" + std::to_string(folder_) + file.substr(slash);
}

SocketPath::~SocketPath() {
  if (folder_ >= 0) ::close(folder_);
}

bool SocketPath::fits() const {
  return text_.size() < sizeof(sockaddr_un::sun_path);
}

}  // namespace trilogue::http
