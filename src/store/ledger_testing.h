// The ledger with its database, and what the tests ask of them.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/ledger.h"
#include "store/platform_schema.h"
#include "store/sqlite.h"
#include "store/store_testing.h"
#include "store/usage.h"

namespace trilogue::store {

inline Admission admission(const std::string& trace, std::int64_t prompt = 10) {
  return {
      trace, "key_a", "acct_a", "small", "chat", 1'700'000'000'000, {prompt, 0, 0, 0, 0}, "span of " + trace};
}

inline Settlement settlement(std::int64_t output) {
  return {{10, 4, output, 1, 100}, "ok", 12, 34, 7};
}

struct LedgerAndDatabase {
  std::unique_ptr<DatabaseThread> thread;
  std::unique_ptr<Ledger> ledger;
};

inline base::Result<LedgerAndDatabase> open_ledger(base::Result<std::unique_ptr<Database>> opened,
                                                   const Ledger::Settings& settings) {
  if (!opened) return base::fail(opened.error());
  if (auto fine = prepare_platform(**opened); !fine) return base::fail(fine.error());
  LedgerAndDatabase both;
  both.thread = std::make_unique<DatabaseThread>(std::move(*opened));
  auto ledger = Ledger::open(settings, *both.thread);
  if (!ledger) return base::fail(ledger.error());
  both.ledger = std::move(*ledger);
  return both;
}

// Every request, in the order of their traces.
inline std::vector<LedgerRow> rows_of(DatabaseThread& thread) {
  std::vector<LedgerRow> all;
  RequestQuery query{"", {}, 1000};
  for (Usage usage(thread);;) {
    auto found = answer_of<std::vector<LedgerRow>>([&](auto answer) { usage.requests(query, answer); });
    EXPECT_TRUE(found);
    if (!found || found->empty()) break;
    query.before = found->back().number;
    all.insert(all.end(), found->begin(), found->end());
  }
  std::sort(all.begin(), all.end(), [](const LedgerRow& a, const LedgerRow& b) {
    return a.admission.trace_id < b.admission.trace_id;
  });
  return all;
}

inline UsageRow total_of(DatabaseThread& thread) {
  Usage usage(thread);
  auto found = answer_of<UsageReport>([&](auto answer) { usage.report({}, answer); });
  EXPECT_TRUE(found);
  return found ? found->total : UsageRow{};
}

// That the sums are those of the rows, so that each was written once into both.
inline void expect_sums_match(DatabaseThread& thread) {
  UsageRow sum;
  for (const LedgerRow& row : rows_of(thread)) {
    ++sum.requests;
    sum.spent.prompt_tokens += row.settlement.spent.prompt_tokens;
    sum.spent.cached_tokens += row.settlement.spent.cached_tokens;
    sum.spent.output_tokens += row.settlement.spent.output_tokens;
    sum.spent.reasoning_tokens += row.settlement.spent.reasoning_tokens;
    sum.spent.cost += row.settlement.spent.cost;
  }
  EXPECT_EQ(total_of(thread), sum);
}

// Ends this process as a kill would: without any destructor.
[[noreturn]] inline void die(bool fine) {
  _exit(fine ? 0 : 1);
}

// Runs `body` in another process; it ends with die().
inline void in_a_process_that_dies(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(2);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

inline std::vector<std::string> journal_files(const TestFolder& folder) {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    if (file.path().filename().string().starts_with("ledger.journal")) names.push_back(file.path().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace trilogue::store
