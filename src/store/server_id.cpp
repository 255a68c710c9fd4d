#include "store/server_id.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "base/random.h"

namespace trilogue::store {

namespace {

constexpr std::size_t kDigits = 16;

// Whole or not at all.
bool write_once(const std::string& file, const std::string& text) {
  const std::string fresh = file + ".new";
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return false;
  const bool kept =
      ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
  ::close(out);
  return kept && std::rename(fresh.c_str(), file.c_str()) == 0;
}

}  // namespace

base::Result<std::string> server_id(const std::string& folder) {
  const std::string file = folder + "/server.id";
  std::string id;
  if (std::ifstream in(file); in) {
    std::getline(in, id);
    if (id.size() == kDigits && id.find_first_not_of(base::kLowerHex) == std::string::npos) return id;
    return base::fail(base::FailureKind::unavailable,
                      file + " holds no id; remove it, and the next start makes another");
  }
  base::Random random;
  id = random.text(base::kLowerHex, kDigits);
  if (write_once(file, id + "\n")) return id;
  return base::fail(base::FailureKind::unavailable, "Cannot write " + file + ": " + std::strerror(errno));
}

}  // namespace trilogue::store
