#include "store/database_thread.h"

#include <chrono>
#include <optional>
#include <utility>

namespace trilogue::store {

namespace {

constexpr std::chrono::milliseconds kLinger{1};
constexpr std::size_t kEnough = 256;  // pieces of work for one transaction
constexpr std::chrono::milliseconds kKeepSpent{100};

}  // namespace

DatabaseThread::DatabaseThread(std::unique_ptr<Database> database)
    : database_(std::move(database)), thread_([this] { run(); }) {}

DatabaseThread::~DatabaseThread() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  posted_.notify_one();
}

void DatabaseThread::post(Work work, Done done) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({std::move(work), std::move(done), true});
    awaited_ = true;
    ++backlog_;
  }
  posted_.notify_one();
}

void DatabaseThread::post_later(Work work, Done done) {
  std::vector<Task> spent;  // freed when the lock is given up
  const std::lock_guard lock(mutex_);
  spent.swap(spent_);
  tasks_.push_back({std::move(work), std::move(done), false});
  ++backlog_;
  if (tasks_.size() == 1) due_ = std::chrono::steady_clock::now() + kLinger;
  if (tasks_.size() == 1 || tasks_.size() == kEnough) posted_.notify_one();
}

void DatabaseThread::run() {
  for (;;) {
    std::vector<Task> tasks = next_batch();
    if (tasks.empty()) return;
    const std::size_t done = tasks.size();
    run_batch(tasks);
    backlog_ -= done;
    leave_for_posters(std::move(tasks));
  }
}

// None: it is time to leave.
std::vector<DatabaseThread::Task> DatabaseThread::next_batch() {
  std::vector<Task> tasks, spent;
  std::unique_lock lock(mutex_);
  const auto called = [this] { return leaving_ || !tasks_.empty(); };
  if (!spent_.empty() && !posted_.wait_for(lock, kKeepSpent, called)) {  // nobody came for them
    spent.swap(spent_);
    lock.unlock();
    spent.clear();
    lock.lock();
  }
  posted_.wait(lock, called);
  if (tasks_.empty()) return tasks;
  posted_.wait_until(lock, due_, [this] { return leaving_ || awaited_ || tasks_.size() >= kEnough; });
  awaited_ = false;
  tasks.swap(tasks_);
  return tasks;
}

// Memory that another thread than its own frees costs both of them the lock of the allocator's arena, at
// every piece; so what was posted goes back to be freed where it was made.
void DatabaseThread::leave_for_posters(std::vector<Task> done) {
  std::erase_if(done, [](const Task& task) { return task.awaited; });
  const std::lock_guard lock(mutex_);
  spent_.swap(done);
}

void DatabaseThread::run_batch(std::vector<Task>& tasks) {
  Failures failures(tasks.size());
  if (auto way = database_->reach(); !way) {
    failures.assign(tasks.size(), std::move(way.error()));
  } else if (const auto first_failure = run_together(tasks)) {
    failures = tasks.size() == 1 ? Failures{first_failure} : run_apart(tasks);
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Done told = std::exchange(tasks[i].done, nullptr);
    if (!told) continue;
    failures[i] ? told(base::fail(*failures[i])) : told({});
  }
}

// Mostly all goes well; then nobody pays for the savepoints. Leaves nothing behind otherwise.
std::optional<base::Failure> DatabaseThread::run_together(const std::vector<Task>& tasks) {
  database_->prepare("BEGIN").run();
  for (const Task& task : tasks) {
    if (database_->failed()) break;
    task.work(*database_);
  }
  database_->prepare("COMMIT").run();
  auto failure = database_->take_error();
  if (failure && database_->in_transaction()) database_->run("ROLLBACK");
  return failure;
}

DatabaseThread::Failures DatabaseThread::run_apart(const std::vector<Task>& tasks) {
  Failures failures(tasks.size());
  std::size_t first = 0;  // of the transaction
  const auto lose = [&](std::size_t end, const std::optional<base::Failure>& error) {
    for (; first < end; ++first) failures[first] = error;
  };
  database_->prepare("BEGIN").run();
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    database_->prepare("SAVEPOINT one").run();
    tasks[i].work(*database_);
    failures[i] = database_->take_error();
    if (database_->in_transaction()) {
      if (failures[i]) database_->prepare("ROLLBACK TO one").run();
      database_->prepare("RELEASE one").run();
    } else {  // the error took all of it
      lose(i + 1, failures[i]);
      database_->prepare("BEGIN").run();
    }
  }
  database_->prepare("COMMIT").run();
  if (const auto error = database_->take_error()) {
    lose(tasks.size(), error);
    if (database_->in_transaction()) database_->run("ROLLBACK");
  }
  return failures;
}

}  // namespace trilogue::store
