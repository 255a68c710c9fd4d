#include "serve/running_responses.h"

#include <utility>

#include "serve/background_run.h"

namespace trilogue::serve {

void RunningResponses::add(std::shared_ptr<BackgroundRun> run) {
  const std::lock_guard lock(mutex_);
  by_id_.emplace(run->record.id(), std::move(run));
}

void RunningResponses::remove(const std::string& id) {
  std::shared_ptr<BackgroundRun> last;  // let go of outside the lock
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  last = std::move(found->second);
  by_id_.erase(found);
}

std::shared_ptr<BackgroundRun> RunningResponses::find(const std::string& key_id,
                                                      const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || found->second->errand.caller.key_id != key_id) return nullptr;
  return found->second;
}

std::size_t RunningResponses::count() const {
  const std::lock_guard lock(mutex_);
  return by_id_.size();
}

void RunningResponses::clear() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, run] : by_id_) {
    run->record.complete() ? run->record.store_again() : run->record.save_frames();
  }
  by_id_.clear();
}

}  // namespace trilogue::serve
