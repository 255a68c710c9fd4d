// The one thread that touches a Database. Work is done in the order in which it was posted, many pieces in
// one transaction; each is told how it went once that transaction is on its way to the disk. Any thread may
// post.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/database.h"

namespace trilogue::store {

class DatabaseThread final {
 public:
  // May be done twice: where a neighbour fails, all is rolled back and done again one by one.
  using Work = std::function<void(Database&)>;
  // Called on the database thread; must not block it.
  using Done = std::function<void(base::Result<void>)>;

  explicit DatabaseThread(std::unique_ptr<Database> database);
  // Finishes what was posted.
  ~DatabaseThread();
  DatabaseThread(const DatabaseThread&) = delete;
  DatabaseThread& operator=(const DatabaseThread&) = delete;

  // Work whose statements fail leaves nothing behind and does not touch its neighbours. While the database
  // cannot be reached, all of it fails within seconds.
  void post(Work work, Done done);

  // For work that nobody waits for: in its order as all work, but it may linger until there is more, so that
  // many pieces share a transaction and the waking of the thread.
  void post_later(Work work, Done done);

  // Pieces of work that were posted and are not yet done.
  std::size_t backlog() const { return backlog_; }

 private:
  struct Task {
    Work work;
    Done done;
    bool awaited = true;
  };
  using Failures = std::vector<std::optional<base::Failure>>;
  void run();
  std::vector<Task> next_batch();
  void run_batch(std::vector<Task>& tasks);
  void leave_for_posters(std::vector<Task> done);
  std::optional<base::Failure> run_together(const std::vector<Task>& tasks);
  Failures run_apart(const std::vector<Task>& tasks);

  std::unique_ptr<Database> database_;
  std::mutex mutex_;
  std::condition_variable posted_;
  std::vector<Task> tasks_;
  std::vector<Task> spent_;  // nobody waited for them; to be freed by whoever posts the next
  bool awaited_ = false;     // somebody waits for one of them
  base::SteadyTime due_;     // when the first of them has lingered long enough
  bool leaving_ = false;
  std::atomic<std::size_t> backlog_ = 0;
  std::jthread thread_;
};

}  // namespace trilogue::store
