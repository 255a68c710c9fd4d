#include "store/prompts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/sqlite.h"
#include "store/store_testing.h"

namespace trilogue::store {
namespace {

void add(Prompts& prompts, const RecordedPrompt& prompt) {
  ASSERT_TRUE(answer_of<void>([&](auto answer) { EXPECT_TRUE(prompts.add(prompt, answer)); }));
}

std::optional<RecordedPrompt> find(Prompts& prompts, const std::string& span) {
  return *answer_of<std::optional<RecordedPrompt>>([&](auto answer) { prompts.find(span, answer); });
}

// What stands in any of the files, of the database and beside it.
std::string bytes_in(const TestFolder& folder) {
  std::string bytes;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream file(entry.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(file), {});
  }
  return bytes;
}

TEST(Prompts, KeepsTheNewestOverARestart) {
  const TestFolder folder;
  const RecordedPrompt last{"span 3", "Grüße", true};
  {
    auto prompts = std::move(Prompts::open(folder.file("prompts.db"), 2).value());
    add(*prompts, {"span 1", "first", false});
    add(*prompts, {"span 2", "second", false});
    add(*prompts, last);
    EXPECT_EQ(find(*prompts, "span 1"), std::nullopt);
    EXPECT_EQ(find(*prompts, "span 2")->text, "second");
  }
  auto prompts = std::move(Prompts::open(folder.file("prompts.db"), 1).value());
  EXPECT_EQ(find(*prompts, "span 2"), std::nullopt);
  EXPECT_EQ(find(*prompts, "span 3"), last);
  EXPECT_EQ(find(*prompts, ""), std::nullopt);
}

TEST(Prompts, LeavesNothingInAnyFileOfWhatIsForgotten) {
  const TestFolder folder;
  auto prompts = std::move(Prompts::open(folder.file("prompts.db"), 3).value());
  for (int turn = 0; turn < 40; ++turn) {
    const auto size = static_cast<std::size_t>(turn % 4) * 3000;  // some take more than a page
    const std::string name = std::to_string(turn);
    add(*prompts, {"span " + name, "secret-" + name + "-begins" + std::string(size, 'x') + "-ends", false});
    for (int gone = 0; gone <= turn - 3; ++gone)
      ASSERT_EQ(bytes_in(folder).find("secret-" + std::to_string(gone) + "-begins"), std::string::npos);
  }
  EXPECT_NE(bytes_in(folder).find("secret-39-begins"), std::string::npos);
}

TEST(Prompts, DropsWhatAnEarlierVersionKept) {
  const TestFolder folder;
  {
    auto earlier = std::move(open_sqlite(folder.file("prompts.db")).value());
    earlier->run(
        "CREATE TABLE prompts (number INTEGER PRIMARY KEY, trace_id TEXT NOT NULL, arrived INTEGER NOT NULL, "
        "cut INTEGER NOT NULL, text TEXT NOT NULL); "
        "CREATE INDEX prompts_by_request ON prompts (arrived, trace_id); "
        "INSERT INTO prompts VALUES (1, 'trace', 1, 0, 'of-an-earlier-version'); PRAGMA user_version = 1");
    ASSERT_FALSE(earlier->failed());
  }
  auto prompts = Prompts::open(folder.file("prompts.db"), 3);
  ASSERT_TRUE(prompts) << prompts.error().message;
  EXPECT_EQ(bytes_in(folder).find("of-an-earlier-version"), std::string::npos);
  add(**prompts, {"span", "new", false});
  EXPECT_EQ(find(**prompts, "span")->text, "new");
}

TEST(Prompts, SaysWhichFileItCannotUse) {
  const TestFolder folder;
  std::ofstream(folder.file("prompts.db")) << std::string(8192, 'g');
  const auto prompts = Prompts::open(folder.file("prompts.db"), 1);
  ASSERT_FALSE(prompts);
  EXPECT_NE(prompts.error().message.find("prompts.db"), std::string::npos);
}

}  // namespace
}  // namespace trilogue::store
