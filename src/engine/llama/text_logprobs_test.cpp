#include "engine/llama/text_logprobs.h"

#include <gtest/gtest.h>

namespace trilogue::engine::llama {
namespace {

// The tokens that each piece of text is told with, joined by '|'.
std::vector<std::string> told(const std::vector<std::string>& tokens,
                              const std::vector<std::string>& pieces) {
  TextLogprobs logprobs;
  for (const auto& bytes : tokens) logprobs.add({bytes, -1, {}});
  std::vector<std::string> out;
  for (const auto& piece : pieces) {
    std::string line;
    for (const auto& token : logprobs.take(piece)) line += (line.empty() ? "" : "|") + token.bytes;
    out.push_back(line);
  }
  return out;
}

using Lines = std::vector<std::string>;

TEST(TextLogprobs, TellsEachTokenWithItsText) {
  EXPECT_EQ(told({"Hel", "lo", " you"}, {"Hello you"}), Lines{"Hel|lo| you"});
  EXPECT_EQ(told({"Hel", "lo"}, {"Hel", "lo"}), (Lines{"Hel", "lo"}));
}

TEST(TextLogprobs, LeavesOutWhatWasTrimmedOrIsAMarker) {
  EXPECT_EQ(told({"\n", "Hi"}, {"Hi"}), Lines{"Hi"});
  EXPECT_EQ(told({"\n\n", "\nHi", "!"}, {"Hi!"}), Lines{"\nHi|!"});
  EXPECT_EQ(told({"<think>", "Hi", "</think>", " you"}, {"Hi you"}), Lines{"Hi| you"});
}

TEST(TextLogprobs, KeepsWhatIsHeldBackForTheTextAfterIt) {
  EXPECT_EQ(told({"Hi ", "\n", "you"}, {"Hi", " \nyou"}), (Lines{"Hi ", "\n|you"}));
  EXPECT_EQ(told({"Hi", " ", "<tool_call>"}, {"Hi"}), Lines{"Hi"});
}

TEST(TextLogprobs, TellsTheTokensOfOneCharacterAndOfNone) {
  EXPECT_EQ(told({"\xF0\x9F", "\x91\x8B"}, {"\xF0\x9F\x91\x8B"}), Lines{"\xF0\x9F|\x91\x8B"});
  EXPECT_EQ(told({"a", "\xFF", "b"}, {"a\xEF\xBF\xBD"
                                      "b"}),
            Lines{"a|\xFF|b"});
}

}  // namespace
}  // namespace trilogue::engine::llama
