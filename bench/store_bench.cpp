// What a stored response costs the database's thread: responses of 8 kB, added to a store that is full, so
// that each pushes another one out. Prints the processor time of one, the smallest of several rounds, by the
// number that share a transaction.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <future>
#include <string>

#include "base/random.h"
#include "dialect/responses/options.h"
#include "store/responses.h"

namespace {

using trilogue::base::Random;
using trilogue::store::Responses;

constexpr int kKept = 10'000;
constexpr int kRound = 10'000;
constexpr int kRounds = 5;

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void wait_for(Responses& store) {
  std::promise<void> done;
  store.catch_up([&done](const auto&) { done.set_value(); });
  done.get_future().get();
}

trilogue::store::NewResponse response(Random& random) {
  static std::int64_t made = 0;
  const auto id = trilogue::dialect::responses::ids_from(random, 0x19a0000000 + made++ / 20);
  const std::string item(900, 'x');
  return {id("resp_"),
          "key",
          "",
          std::string(2000, 'r'),
          {{id("msg_"), item}},
          true,
          {{id("msg_"), item}},
          {{0, 20, std::string(4000, 'f')}}};
}

double round(Responses& store, Random& random, int together) {
  std::vector<trilogue::store::NewResponse> made;
  for (int i = 0; i < kRound; ++i) made.push_back(response(random));
  const double before = processor_seconds();
  for (int i = 0; i < kRound; ++i) {
    store.add(std::move(made[static_cast<std::size_t>(i)]), {});
    if (i % together == together - 1) wait_for(store);
  }
  return (processor_seconds() - before) / kRound * 1e6;
}

void measure(const std::string& file, const char* where) {
  auto store = Responses::open(file, {kKept, std::int64_t{1} << 30, std::chrono::hours(24)},
                               std::chrono::system_clock::now);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return;
  }
  Random random;
  round(**store, random, 1000);
  for (const int together : {10, 100, 1000}) {
    double best = 1e9;
    for (int i = 0; i < kRounds; ++i) best = std::min(best, round(**store, random, together));
    std::printf("a stored response, %-9s %5d in a transaction  %6.1f us\n", where, together, best);
  }
}

}  // namespace

// [FOLDER]: of the file; without one only memory is measured.
int main(int count, char** arguments) {
  measure("", "in memory");
  if (count > 1) measure(std::string(arguments[1]) + "/store_bench.db", "on disk");
  return 0;
}
