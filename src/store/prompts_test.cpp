#include "store/prompts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/store_testing.h"

namespace trilogue::store {
namespace {

void add(Prompts& prompts, const RecordedPrompt& prompt) {
  ASSERT_TRUE(answer_of<void>([&](auto answer) { EXPECT_TRUE(prompts.add(prompt, answer)); }));
}

std::optional<RecordedPrompt> find(Prompts& prompts, const std::string& trace, std::int64_t arrived) {
  return *answer_of<std::optional<RecordedPrompt>>(
      [&](auto answer) { prompts.find(trace, arrived, answer); });
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
  const RecordedPrompt last{"trace", 3, "Grüße", true};
  {
    auto prompts = std::move(Prompts::open(folder.file("prompts.db"), 2).value());
    add(*prompts, {"trace", 1, "first", false});
    add(*prompts, {"trace", 2, "second", false});
    add(*prompts, last);
    EXPECT_EQ(find(*prompts, "trace", 1), std::nullopt);
    EXPECT_EQ(find(*prompts, "trace", 2)->text, "second");
  }
  auto prompts = std::move(Prompts::open(folder.file("prompts.db"), 1).value());
  EXPECT_EQ(find(*prompts, "trace", 2), std::nullopt);
  EXPECT_EQ(find(*prompts, "trace", 3), last);
  EXPECT_EQ(find(*prompts, "other", 3), std::nullopt);
}

TEST(Prompts, LeavesNothingInAnyFileOfWhatIsForgotten) {
  const TestFolder folder;
  auto prompts = std::move(Prompts::open(folder.file("prompts.db"), 3).value());
  for (int turn = 0; turn < 40; ++turn) {
    const auto size = static_cast<std::size_t>(turn % 4) * 3000;  // some take more than a page
    const std::string name = std::to_string(turn);
    add(*prompts,
        {"trace " + name, 1, "secret-" + name + "-begins" + std::string(size, 'x') + "-ends", false});
    for (int gone = 0; gone <= turn - 3; ++gone)
      ASSERT_EQ(bytes_in(folder).find("secret-" + std::to_string(gone) + "-begins"), std::string::npos);
  }
  EXPECT_NE(bytes_in(folder).find("secret-39-begins"), std::string::npos);
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
