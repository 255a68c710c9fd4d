// What the tests of this room share: a folder and a database that are theirs alone, and answers that are
// awaited. TRILOGUE_TEST_POSTGRES names a file with the address of a PostgreSQL server
// (tests/path/postgres.py); without it, as by hand, what needs one is skipped.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/secret.h"
#include "store/postgres.h"
#include "store/postgres_connection.h"
#include "store/sqlite.h"

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

enum class DatabaseKind { sqlite, postgres };

// One database for one test: a file, or one on the server, dropped at the end.
class TestDatabase final {
 public:
  TestDatabase() = default;
  // Of PostgreSQL. Nothing where there is no server to ask.
  static std::unique_ptr<TestDatabase> on_server() {
    const char* const file = std::getenv("TRILOGUE_TEST_POSTGRES");
    if (file == nullptr) return nullptr;
    auto made = std::make_unique<TestDatabase>();
    std::string address;
    std::getline(std::ifstream(file) >> std::ws, address);
    static std::atomic<int> count = 0;
    made->server_ = base::Secret(address);
    made->name_ = "test_" + std::to_string(getpid()) + "_" + std::to_string(count++);
    made->address_ = base::Secret(address.substr(0, address.rfind('/') + 1) + made->name_);
    made->ask_server("CREATE DATABASE " + made->name_);
    return made;
  }
  ~TestDatabase() {
    if (!name_.empty()) ask_server("DROP DATABASE " + name_ + " WITH (FORCE)");
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const base::Secret& address() const { return address_; }
  const std::string& name() const { return name_; }

  // As somebody beside the program would.
  void run(const std::string& sql) const { run_at(address_, sql); }
  void ask_server(const std::string& sql) const { run_at(server_, sql); }

 private:
  static void run_at(const base::Secret& address, const std::string& sql) {
    auto connection = PostgresConnection::open(address, std::chrono::seconds(60));
    ASSERT_TRUE(connection) << connection.error().message;
    const auto done = (*connection)->run(sql);
    ASSERT_TRUE(done) << done.error().message;
  }
  base::Secret server_, address_;
  std::string name_;
};

// A test that holds for both databases: INSTANTIATE_TEST_SUITE_P(Both, NAME, both_databases(), kind_name).
class OnBothDatabases : public testing::TestWithParam<DatabaseKind> {
 protected:
  OnBothDatabases() {
    if (GetParam() == DatabaseKind::postgres) server_ = TestDatabase::on_server();
  }
  void SetUp() override {
    if (GetParam() == DatabaseKind::postgres && !server_) GTEST_SKIP() << "there is no PostgreSQL to ask";
  }
  // What open_platform() takes.
  base::Secret shared() const { return server_ ? server_->address() : base::Secret(); }
  base::Result<std::unique_ptr<Database>> open_database(const std::string& file) const {
    return server_ ? open_postgres(server_->address(), PostgresUse::writing) : open_sqlite(file);
  }

  std::unique_ptr<TestDatabase> server_;
};

inline auto both_databases() {
  return testing::Values(DatabaseKind::sqlite, DatabaseKind::postgres);
}
inline std::string kind_name(const testing::TestParamInfo<DatabaseKind>& info) {
  return info.param == DatabaseKind::sqlite ? "Sqlite" : "Postgres";
}

}  // namespace trilogue::store
