#include "app/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

namespace trilogue::app {
namespace {

using base::FailureKind;

bool lock_within(int file, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kMoment{20};
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kMoment);
  }
  return true;
}

std::string holder_of(int file) {
  std::array<char, 32> text{};
  const auto length = ::pread(file, text.data(), text.size() - 1, 0);
  std::string holder(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  while (!holder.empty() && holder.back() == '\n') holder.pop_back();
  return holder.empty() ? "another process" : "process " + holder;
}

}  // namespace

std::string default_data_folder() {
  const auto from = [](const char* name) -> std::string {
    const char* const value = std::getenv(name);
    return value != nullptr && value[0] == '/' ? value : "";  // relative ones are to be ignored
  };
  if (const std::string data = from("XDG_DATA_HOME"); !data.empty()) return data + "/trilogue";
  const std::string home = from("HOME");
  return home.empty() ? "" : home + "/.local/share/trilogue";
}

std::string socket_file(const std::string& folder) {
  return folder.empty() ? "" : folder + "/trilogue.sock";
}

base::Result<DataDirectory> DataDirectory::open(const std::string& path, std::chrono::milliseconds patience) {
  if (path.empty()) return DataDirectory();
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (made && !error) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (error)
    return base::fail(FailureKind::invalid_request,
                      "Cannot make the data directory " + path + ": " + error.message());

  const std::string file = path + "/lock";
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) {
    return base::fail(FailureKind::invalid_request,
                      "Cannot write to the data directory " + path + ": " + std::strerror(errno));
  }
  DataDirectory directory(lock);
  if (!lock_within(lock, patience)) {
    return base::fail(FailureKind::unavailable, "The data directory " + path + " is in use by " +
                                                    holder_of(lock) +
                                                    "; give this server another with --data");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock, 0) != 0 ||
      ::pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return base::fail(FailureKind::invalid_request,
                      "Cannot write to the data directory " + path + ": " + std::strerror(errno));
  }
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(lock_, other.lock_);
  return *this;
}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace trilogue::app
