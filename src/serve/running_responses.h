// The responses that go on in the background, by id. A run belongs to the coroutine that makes it and to
// nobody's connection; it is here from before its id is known to anybody until it can be found in the store.
// Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace trilogue::serve {

struct BackgroundRun;

class RunningResponses final {
 public:
  void add(std::shared_ptr<BackgroundRun> run);
  void remove(const std::string& id);

  // Null when there is none of this id, or it is another key's.
  std::shared_ptr<BackgroundRun> find(const std::string& key_id, const std::string& id) const;

  std::size_t count() const;

  // Stores what there is of all of them and lets go; the server must no longer run.
  void clear();

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<BackgroundRun>> by_id_;
};

}  // namespace trilogue::serve
