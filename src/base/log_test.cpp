#include "base/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace trilogue::base {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;

// A pipe, and all that is in it now.
class Pipe final {
 public:
  Pipe() { EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  int writing_end() const { return ends_[1]; }
  std::string read_all() {
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string all;
    char some[4096];
    for (ssize_t got = 0; (got = read(ends_[0], some, sizeof some)) > 0;)
      all.append(some, static_cast<std::size_t>(got));
    return all;
  }

 private:
  int ends_[2]{};
};

TEST(Log, WritesOneLineWhoseValuesCannotForgeAnother) {
  std::string seen;
  const Log log(LogLevel::info, [&](std::string_view line) { seen += line; });
  log.write(LogLevel::info, "request", {{"path", "/v1/x"}, {"agent", "a\nlevel=error \"b\""}});
  log.write(LogLevel::debug, "hidden");
  EXPECT_NE(seen.find(R"(level=info msg=request path=/v1/x agent="a\nlevel=error \"b\"")"),
            std::string::npos);
  EXPECT_EQ(std::count(seen.begin(), seen.end(), '\n'), 1);
}

TEST(Log, LosesLinesThatNobodyReadsAndTellsTheirNumber) {
  Pipe pipe;
  const Log log(LogLevel::info, lines_to(pipe.writing_end()));
  const std::string long_value(1000, 'x');
  constexpr int kLines = 2000;  // two megabytes, more than any pipe holds
  for (int i = 0; i < kLines; ++i) log.write(LogLevel::info, "line", {{"value", long_value}});
  const std::string before = pipe.read_all();
  const auto kept = std::count(before.begin(), before.end(), '\n');
  EXPECT_GT(kept, 0);
  EXPECT_LT(kept, kLines);
  log.write(LogLevel::info, "after");
  EXPECT_THAT(pipe.read_all(), MatchesRegex(".*were lost.* lines=" + std::to_string(kLines - kept) +
                                            "\ntime=[^\n]* msg=after\n"));
}

TEST(Log, CutsALineThatIsTooLong) {
  Pipe pipe;
  const Log log(LogLevel::info, lines_to(pipe.writing_end()));
  log.write(LogLevel::info, std::string(10'000, 'x'));
  log.write(LogLevel::info, "next");
  const std::string out = pipe.read_all();
  EXPECT_EQ(out.find('\n'), 4095u);
  EXPECT_THAT(out, HasSubstr("xx\ntime="));
  EXPECT_THAT(out, EndsWith("msg=next\n"));
}

}  // namespace
}  // namespace trilogue::base
