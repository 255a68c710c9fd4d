// A store of its own for one test: Debian's redis-server, or valkey-server, on a socket file in a temporary
// folder. It ends with the test, also when that is killed.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "admission/redis/address.h"
#include "wire/resp.h"

namespace trilogue::admission::redis {

class TestStore final {
 public:
  explicit TestStore(std::string password = "") : password_(std::move(password)) {
    std::string name = "/tmp/trilogue_redis_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    start();
  }
  ~TestStore() {
    stop();
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  Address address() const { return {{false, "", "", folder_ + "/s"}, "", base::Secret(password_), 0}; }

  // What it answers to a command, on a connection of the test's own.
  wire::RespValue say(const std::vector<std::string>& words) {
    std::string bytes;
    wire::append_resp_command(bytes, words);
    if (::write(socket_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      throw std::runtime_error("the store takes nothing");
    wire::RespReader reader;
    for (;;) {
      auto value = reader.next();
      if (!value) throw std::runtime_error(value.error().message);
      if (*value) return std::move(**value);
      std::array<char, 65536> chunk{};
      const ssize_t count = ::read(socket_, chunk.data(), chunk.size());
      if (count <= 0) throw std::runtime_error("the store says nothing");
      reader.feed({chunk.data(), static_cast<std::size_t>(count)});
    }
  }
  std::int64_t number(const std::vector<std::string>& words) {
    return std::get<std::int64_t>(say(words).what);
  }

  void start() {
    process_ = fork();
    if (process_ == 0) become_store();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!connect()) {
      if (std::chrono::steady_clock::now() > until || waitpid(process_, nullptr, WNOHANG) == process_)
        throw std::runtime_error("redis-server does not start: is it installed? (tools/setup.sh test)");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (!password_.empty()) say({"AUTH", password_});
  }
  void stop() {  // everything in it is lost
    if (process_ == 0) return;
    ::close(socket_);
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
    std::filesystem::remove(folder_ + "/s");
  }
  void pause() const { ::kill(process_, SIGSTOP); }  // it takes connections and says nothing
  void resume() const { ::kill(process_, SIGCONT); }

 private:
  [[noreturn]] void become_store() const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    const std::string file = folder_ + "/s";
    for (const char* program : {"redis-server", "valkey-server"}) {
      std::vector<const char*> words{program,  "--port", "0",     "--unixsocket", file.c_str(),
                                     "--save", "",       "--dir", folder_.c_str()};
      if (!password_.empty()) words.insert(words.end(), {"--requirepass", password_.c_str()});
      words.push_back(nullptr);
      execvp(program, const_cast<char* const*>(words.data()));
    }
    _exit(127);
  }

  bool connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder_ + "/s").copy(address.sun_path, sizeof address.sun_path - 1);
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
    ::close(socket_);
    return false;
  }

  std::string folder_;
  std::string password_;
  pid_t process_ = 0;
  int socket_ = -1;
};

}  // namespace trilogue::admission::redis
