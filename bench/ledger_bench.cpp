// What the ledger costs: requests a second through admission, settlement and database, the processor time of
// one, how long an admission takes on an idle ledger, and how long a report takes over many rows.
//   ledger_bench FOLDER [ROWS]   FOLDER: an empty one, on the disk that is meant; ROWS: 10,000,000
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "store/ledger_rows.h"
#include "store/platform.h"
#include "store/platform_schema.h"
#include "store/sqlite.h"

namespace {

namespace store = trilogue::store;
namespace base = trilogue::base;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr std::int64_t kDay = 86'400'000;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

store::Platform open(const std::string& folder, bool durable = false) {
  if (!folder.empty()) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  auto platform = store::open_platform(folder, durable);
  require(platform.has_value(), "opening");
  return std::move(*platform);
}

// As the server's requests are: of a few keys, with ids of their real lengths.
store::Admission admission(unsigned number) {
  char trace[33], key[21], account[22];
  std::snprintf(trace, sizeof trace, "4bf92f3577b34da6a3ce929d%08x", number);
  std::snprintf(key, sizeof key, "key_0123456789ab%04x", number % 50);
  std::snprintf(account, sizeof account, "acct_0123456789ab%04x", number % 10);
  return {trace, key, account, "step-3.7-flash", "chat", kNow, {200, 0, 0, 0, 0}, "00f067aa0ba902b7"};
}

store::Settlement settlement() {
  return {{200, 100, 64, 0, 1234}, "ok", 20, 500};
}

// What making the requests costs by itself, to be taken off.
double making_seconds(unsigned requests) {
  const double before = processor_seconds();
  std::size_t bytes = 0;
  for (unsigned i = 0; i < requests; ++i) bytes += admission(i).trace_id.size() + settlement().outcome.size();
  require(bytes == requests * 34UL, "making");
  return processor_seconds() - before;
}

// Each thread keeps some requests running, tells their tokens, and settles the oldest. `pace`: requests a
// second of all threads, 0: as many as can be.
void through(const char* name, const std::string& folder, int threads, unsigned each, double pace) {
  auto platform = open(folder);
  const auto produce = [&](unsigned first) {
    std::vector<std::shared_ptr<store::Ledger::Entry>> running(100);
    const auto begin = Clock::now();
    for (unsigned i = 0; i < each; ++i) {
      auto& place = running[i % running.size()];
      if (place) platform.ledger->settle(place, settlement());
      place = platform.ledger->admit(admission(first + i), {});
      place->note({200, 100, 10, 0, 0});
      if (pace > 0 && i % 16 == 0)
        std::this_thread::sleep_until(begin + std::chrono::duration<double>(i * threads / pace));
    }
    for (auto& place : running) platform.ledger->settle(place, settlement());
  };
  const double used = processor_seconds();
  const auto begin = Clock::now();
  std::vector<std::thread> producers;
  for (int t = 0; t < threads; ++t) producers.emplace_back(produce, static_cast<unsigned>(t) * each);
  for (auto& producer : producers) producer.join();
  const double admitted = seconds_since(begin);
  require(platform.ledger->flush().has_value(), "flush");
  const double all = seconds_since(begin);
  const unsigned total = static_cast<unsigned>(threads) * each;
  const double each_us = (processor_seconds() - used - making_seconds(total)) / total * 1e6;
  std::printf("%-28s %8.0f requests/s admitted and settled, %8.0f with the database, %.2f us each\n", name,
              total / admitted, total / all, each_us);
}

double at(std::vector<double>& values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

// One admission at a time, until it is answered, with a pause between them.
void idle(const char* name, const std::string& folder, bool durable, unsigned count) {
  auto platform = open(folder, durable);
  std::vector<double> admits, settles;
  for (unsigned i = 0; i < count; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    auto request = admission(i);
    std::promise<void> told;
    const auto begin = Clock::now();
    const auto entry = platform.ledger->admit(std::move(request), [&](const base::Result<void>& done) {
      require(done.has_value(), "admission");
      told.set_value();
    });
    told.get_future().get();
    admits.push_back(seconds_since(begin) * 1e6);
    const auto settling = Clock::now();
    platform.ledger->settle(entry, settlement());
    settles.push_back(seconds_since(settling) * 1e6);
  }
  std::printf("%-28s admission p50 %.1f us, p99 %.1f us; settlement p50 %.1f us, p99 %.1f us\n", name,
              at(admits, 0.5), at(admits, 0.99), at(settles, 0.5), at(settles, 0.99));
}

// Admissions that each wait for the disk, so many at once.
void durable(const std::string& folder, int at_once, unsigned count) {
  auto platform = open(folder, true);
  std::atomic<unsigned> left = count, done = 0;
  const auto begin = Clock::now();
  std::vector<std::thread> callers;
  for (int t = 0; t < at_once; ++t) {
    callers.emplace_back([&] {
      for (unsigned i = left--; i > 0 && i <= count; i = left--) {
        std::promise<void> told;
        const auto entry = platform.ledger->admit(admission(i), [&](const base::Result<void>& fine) {
          require(fine.has_value(), "admission");
          told.set_value();
        });
        told.get_future().get();
        platform.ledger->settle(entry, settlement());
        ++done;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  std::printf("durable, %3d at once         %8.0f requests/s\n", at_once, done / seconds_since(begin));
}

template <class T, class Ask>
double milliseconds(Ask ask) {
  double best = 1e9, worst = 0;
  for (int i = 0; i < 5; ++i) {
    std::promise<void> told;
    const auto begin = Clock::now();
    ask([&](const base::Result<T>& result) {
      require(result.has_value(), "report");
      told.set_value();
    });
    told.get_future().get();
    best = std::min(best, seconds_since(begin) * 1e3);
    worst = std::max(worst, seconds_since(begin) * 1e3);
  }
  std::printf("  %8.1f ms (%.1f to %.1f)\n", (best + worst) / 2, best, worst);
  return worst;
}

// Ninety days of a thousand keys with two models and three APIs.
void generate(const std::string& folder, unsigned rows) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  auto database = store::open_sqlite(folder + "/platform.db");
  require(database && store::prepare_platform(**database), "preparing");
  store::LedgerRows table(0);
  std::mt19937 random(1);
  const std::vector<std::string> apis{"chat", "messages", "responses"}, models{"step-3.7-flash", "qwen3"};
  const double used = processor_seconds();
  constexpr unsigned kBatch = 20'000;
  for (unsigned done = 0; done < rows; done += kBatch) {
    (*database)->run("BEGIN");
    table.begin(**database);
    for (unsigned i = 0; i < kBatch; ++i) {
      store::Admission one = admission(done + i);
      char key[24];
      std::snprintf(key, sizeof key, "key_%016x", static_cast<unsigned>(random() % 1000));
      one.key_id = key;
      one.account_id = "acct_" + one.key_id.substr(4);
      one.api = apis[random() % apis.size()];
      one.model = models[random() % models.size()];
      one.arrived = kNow + (done + i) / (rows / 90 + 1) * kDay;
      table.add(**database, one, settlement());
    }
    table.finish(**database);
    (*database)->run("COMMIT");
  }
  require(!(*database)->failed(), "generating");
  std::printf("%u rows generated, %.2f us each, %.0f MB\n", rows, (processor_seconds() - used) / rows * 1e6,
              static_cast<double>(std::filesystem::file_size(folder + "/platform.db")) / 1e6);
}

void reports(const std::string& folder, unsigned rows) {
  generate(folder, rows);
  auto platform = store::open_platform(folder, false);
  require(platform.has_value(), "opening");
  store::Usage& usage = *platform->usage;
  const std::string key = "key_0000000000000007";
  for (const auto by : {store::UsageGroup::none, store::UsageGroup::day, store::UsageGroup::key,
                        store::UsageGroup::model, store::UsageGroup::api}) {
    std::printf("usage by %-19s", std::string(base::to_text(store::kUsageGroupNames, by)).c_str());
    milliseconds<store::UsageReport>([&](auto answer) { usage.report({"", {}, {}, by}, answer); });
  }
  std::printf("usage of a key by day       ");
  milliseconds<store::UsageReport>(
      [&](auto answer) { usage.report({key, {}, {}, store::UsageGroup::day}, answer); });
  std::printf("the newest 50 requests      ");
  milliseconds<std::vector<store::LedgerRow>>([&](auto answer) { usage.requests({"", {}, 50}, answer); });
  std::printf("the newest 50 of a key      ");
  milliseconds<std::vector<store::LedgerRow>>([&](auto answer) { usage.requests({key, {}, 50}, answer); });
  std::printf("lifetimes of all keys       ");
  milliseconds<store::Lifetimes>([&](auto answer) { usage.lifetimes(answer); });
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: ledger_bench FOLDER [ROWS]\n");
    return 2;
  }
  const std::string folder = std::string(arguments[1]) + "/ledger_bench";
  const unsigned rows = count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 10'000'000;
  idle("idle, in memory", "", false, 2000);
  idle("idle, journal", folder, false, 2000);
  idle("idle, durable", folder, true, 300);
  through("in memory, 1 thread", "", 1, 400'000, 0);
  for (const int threads : {1, 2, 4}) {
    const std::string name = "journal, " + std::to_string(threads) + " threads";
    through(name.c_str(), folder, threads, 800'000 / static_cast<unsigned>(threads), 0);
  }
  through("journal, 25,000/s", folder, 2, 50'000, 25'000);
  through("journal, 60,000/s", folder, 2, 120'000, 60'000);
  for (const int at_once : {1, 16, 64}) durable(folder, at_once, 200U * static_cast<unsigned>(at_once));
  if (rows > 0) reports(folder, rows);
  std::filesystem::remove_all(folder);
  return 0;
}
