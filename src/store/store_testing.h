// What the tests of this room share: a folder that is theirs alone, and answers that are awaited.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>
#include <utility>

#include "base/result.h"

namespace trilogue::store {

// The answer of one call, awaited.
template <class T, class Ask>
base::Result<T> answer_of(Ask ask) {
  std::promise<base::Result<T>> promise;
  ask([&promise](base::Result<T> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

// Made empty, removed with all that is in it.
class TestFolder final {
 public:
  TestFolder() {
    static std::atomic<int> made = 0;
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base == nullptr ? "/tmp" : base) + "/trilogue_store_" + std::to_string(getpid()) +
            "_" + std::to_string(made++);
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace trilogue::store
