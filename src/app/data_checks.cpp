#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include "app/data_directory.h"
#include "app/operator_calls.h"
#include "app/operator_token.h"
#include "app/setup_checks.h"
#include "store/database_check.h"
#include "wire/json.h"

namespace trilogue::app {

namespace {

namespace fs = std::filesystem;
using State = Check::State;

// The folder itself, or the nearest one above it that is there.
std::string nearest(const std::string& folder) {
  std::error_code error;
  fs::path place = fs::absolute(folder, error);
  while (!fs::exists(place, error) && place.has_relative_path()) place = place.parent_path();
  return place.string();
}

Check check_folder(const std::string& folder) {
  const std::string there = nearest(folder);
  std::error_code error;
  const bool made = fs::exists(folder, error);
  if (!fs::is_directory(there, error))
    return {State::wrong, "data directory", there + " is not a directory", "choose another with --data"};
  if (::access(there.c_str(), W_OK | X_OK) != 0) {
    return {State::wrong, "data directory",
            (made ? "cannot write to " : "cannot make it in ") + there + ": " + std::strerror(errno),
            "give it to the server's user, or choose another with --data"};
  }
  struct stat info{};
  if (made && ::stat(there.c_str(), &info) == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return {State::wrong, "data directory", folder + " can be written by others than its owner",
            "chmod go-w " + folder};
  }
  return {State::ok, "data directory", folder + (made ? "" : " (the first start makes it)")};
}

Check check_room(const std::string& folder) {
  struct statvfs info{};
  if (::statvfs(nearest(folder).c_str(), &info) != 0)
    return {State::warning, "free space", std::string("cannot be told: ") + std::strerror(errno)};
  const auto bytes = static_cast<std::uintmax_t>(info.f_bavail) * info.f_frsize;
  constexpr std::uintmax_t kMiB = std::uintmax_t{1} << 20;
  char text[48];
  std::snprintf(text, sizeof text, bytes < 1024 * kMiB ? "%.0f MiB" : "%.1f GiB",
                static_cast<double>(bytes) / static_cast<double>(bytes < 1024 * kMiB ? kMiB : 1024 * kMiB));
  const State state = bytes < 64 * kMiB ? State::wrong : bytes < 1024 * kMiB ? State::warning : State::ok;
  return {state, "free space", text,
          state == State::ok ? "" : "make room: on a full disk requests are refused with 503"};
}

// What only the owner may read: the operator's way in, and what callers wrote.
Checks check_privacy(const std::string& folder) {
  Checks checks;
  for (const char* const name :
       {kOperatorTokenFile, "trilogue.sock", "platform.db", "responses.db", "prompts.db"}) {
    const std::string file = folder + "/" + name;
    struct stat info{};
    if (::stat(file.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
      checks.push_back(
          {State::wrong, "privacy", file + " is open to others than its owner",
           std::string("chmod go= ") + file +
               (name == std::string_view(kOperatorTokenFile) ? "; who may have read it has the admin token: "
                                                               "remove it, and the next start makes another"
                                                             : "")});
    }
  }
  return checks;
}

// A command that was run as root while no server ran leaves files that the server's user cannot write.
Checks check_owners(const std::string& folder) {
  struct stat top{};
  if (::stat(folder.c_str(), &top) != 0) return {};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    struct stat info{};
    if (::lstat(entry.path().c_str(), &info) != 0 || info.st_uid == top.st_uid) continue;
    return {{State::wrong, "owner", entry.path().string() + " does not belong to the owner of its directory",
             "stop the server and chown what is in " + folder + " to the server's user"}};
  }
  return {};
}

Check check_file(const std::string& folder, const std::string& name) {
  const std::string file = folder + "/" + name;
  std::error_code error;
  if (!fs::exists(file, error)) return {State::ok, name, "not there yet"};
  const auto fine = store::check_database(file);
  if (fine) return {State::ok, name, "opens and is whole"};
  return {State::wrong, name, fine.error().message,
          "move it away with its -wal and -shm files, and put a back-up in its place"};
}

// With or without a server: each connects by itself.
Check check_shared(const Configuration& configuration, DataFindings& findings) {
  const auto found = store::check_shared_database(configuration.database);
  if (!found) {
    return {State::wrong, "database", found.error().message,
            "see that PostgreSQL runs and lets this server's role in, and that `database` names both; "
            "docs/operations.md has the commands"};
  }
  findings.requires_key = findings.requires_key || found->holds_keys;
  if (!found->hindrance.empty()) return {State::wrong, "database", found->hindrance, found->correction};
  return {State::ok, "database",
          found->has_tables ? "can be reached, and has its tables"
                            : "can be reached (the first start makes its tables)"};
}

// ---- the server that holds the directory ----

std::string load_of(const wire::Value& status) {
  const auto models = status.find("models");
  const auto running = status.find("running");
  std::string names;
  if (models) {
    for (const auto model : models->elements()) {
      const auto id = model.find("id");
      if (const auto text = id ? id->text() : std::nullopt)
        names += (names.empty() ? "" : ", ") + std::string(*text);
    }
  }
  return "serves " + (names.empty() ? "no model" : names) + "; " +
         std::to_string(running ? running->integer().value_or(0) : 0) + " requests are running";
}

// What requests use is safe in the journal, but nobody sees it.
void check_ledger(const wire::Value& status, Checks& checks) {
  const auto ledger = status.find("ledger");
  const auto why = ledger ? ledger->find("trouble") : std::nullopt;
  const auto text = why ? why->text() : std::nullopt;
  if (!text) return;
  checks.push_back({State::wrong, "ledger", "the server cannot write it: " + std::string(*text),
                    "nothing is lost, but usage and budgets lag behind; once the database can be written "
                    "again the server goes on by itself"});
}

void ask_the_server(const Configuration& configuration, const std::string& holder, DataFindings& findings) {
  if (const auto ready = ask_operator(configuration, {"GET", "/ready", ""}); !ready) {
    findings.checks.push_back({State::wrong, "server",
                               holder + ", but is not ready: " + ready.error().message,
                               "it may still load its models, or be stopping; otherwise read its log"});
    return;
  }
  const auto body = ask_operator(configuration, {"GET", "/admin/v1/status", ""});
  const auto status = body ? wire::Document::parse(*body) : base::fail(body.error());
  if (!status) {
    findings.checks.push_back(
        {State::wrong, "server", "gives no status: " + status.error().message, "read its log"});
    return;
  }
  const auto required = status->root().find("keys_required");
  findings.requires_key = required && required->boolean().value_or(false);
  findings.checks.push_back({State::ok, "server", load_of(status->root())});
  check_ledger(status->root(), findings.checks);
}

// With nobody else there.
void look_at_the_files(const Configuration& configuration, DataFindings& findings) {
  const std::string& folder = configuration.data_directory;
  findings.checks.push_back({State::ok, "server", "none runs on this data directory"});
  findings.checks.push_back(check_file(folder, "responses.db"));
  if (!configuration.database.empty()) return;
  findings.checks.push_back(check_file(folder, "platform.db"));
  std::error_code error;
  const std::string platform = folder + "/platform.db";
  if (!findings.requires_key && fs::exists(platform, error))
    findings.requires_key = store::holds_keys(platform).value_or(false);
}

}  // namespace

DataFindings check_data(const Configuration& configuration) {
  DataFindings findings;
  findings.requires_key = !configuration.api_keys.empty();
  const std::string& folder = configuration.data_directory;
  if (!configuration.database.empty() && folder.empty()) {
    findings.checks = {
        {State::wrong, "data directory", "none, and a shared database needs one beside it", "set `data`"}};
    return findings;
  }
  if (folder.empty()) {
    findings.checks = {{State::warning, "data directory",
                        "none: keys, usage and responses end with the server",
                        "set `data`, unless that is what you want"}};
    return findings;
  }
  findings.checks = {check_folder(folder), check_room(folder)};
  for (auto& check : check_privacy(folder)) findings.checks.push_back(std::move(check));
  for (auto& check : check_owners(folder)) findings.checks.push_back(std::move(check));
  if (!configuration.database.empty()) findings.checks.push_back(check_shared(configuration, findings));
  std::error_code error;
  // The lock would be this user's and not the server's: made by its first start, not here.
  if (!fs::exists(folder + "/lock", error)) {
    findings.checks.push_back({State::ok, "server", "none has used this data directory yet"});
    return findings;
  }
  std::optional<base::Result<DataDirectory>> lock = DataDirectory::open(folder, std::chrono::seconds(1));
  if (!*lock && lock->error().kind == base::FailureKind::unavailable) {
    findings.server = true;
    ask_the_server(configuration, "one holds the data directory", findings);
  } else if (!*lock) {
    findings.checks.push_back(
        {State::wrong, "server", lock->error().message, "run doctor as the server's user"});
  } else {
    look_at_the_files(configuration, findings);
  }
  return findings;
}

}  // namespace trilogue::app
