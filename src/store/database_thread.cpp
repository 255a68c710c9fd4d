#include "store/database_thread.h"

#include <chrono>
#include <optional>
#include <utility>

namespace trilogue::store {

namespace {

constexpr std::chrono::milliseconds kLinger{1};
constexpr std::size_t kEnough = 256;  // pieces of work for one transaction

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
    tasks_.push_back({std::move(work), std::move(done)});
    awaited_ = true;
    ++backlog_;
  }
  posted_.notify_one();
}

void DatabaseThread::post_later(Work work, Done done) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back({std::move(work), std::move(done)});
  ++backlog_;
  if (tasks_.size() == 1) due_ = std::chrono::steady_clock::now() + kLinger;
  if (tasks_.size() == 1 || tasks_.size() == kEnough) posted_.notify_one();
}

void DatabaseThread::run() {
  for (;;) {
    std::vector<Task> tasks;
    {
      std::unique_lock lock(mutex_);
      posted_.wait(lock, [this] { return leaving_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      posted_.wait_until(lock, due_, [this] { return leaving_ || awaited_ || tasks_.size() >= kEnough; });
      awaited_ = false;
      tasks.swap(tasks_);
    }
    const std::size_t done = tasks.size();
    run_batch(std::move(tasks));
    backlog_ -= done;
  }
}

void DatabaseThread::run_batch(std::vector<Task> tasks) {
  Failures failures(tasks.size());
  if (auto way = database_->reach(); !way) {
    failures.assign(tasks.size(), std::move(way.error()));
  } else if (const auto first_failure = run_together(tasks)) {
    failures = tasks.size() == 1 ? Failures{first_failure} : run_apart(tasks);
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (!tasks[i].done) continue;
    failures[i] ? tasks[i].done(base::fail(*failures[i])) : tasks[i].done({});
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
