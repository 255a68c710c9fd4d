#include "store/prompts.h"

#include <gtest/gtest.h>

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

TEST(Prompts, LeavesNothingInTheFileOfWhatIsForgotten) {
  const TestFolder folder;
  for (const char* const text : {"the-first-secret-prompt", "the-second-one"}) {
    auto prompts = std::move(Prompts::open(folder.file("prompts.db"), 1).value());
    add(*prompts, {"trace", 1, text, false});
  }
  std::ifstream file(folder.file("prompts.db"), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(bytes.find("first-secret"), std::string::npos);
  EXPECT_NE(bytes.find("second-one"), std::string::npos);
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
