#include "serve/catalogue.h"

#include <gtest/gtest.h>

namespace trilogue::serve {
namespace {

using canon::Effort;

Catalogue two_models() {
  Model low_high{
      .name = "step-3.5-flash-2603", .efforts = {Effort::low, Effort::high}, .default_effort = Effort::low};
  Model all{.name = "step-3.7-flash", .efforts = {Effort::low, Effort::medium, Effort::high}};
  return {{low_high, all}, {{"claude-*", "step-3.7-flash"}, {"*-mini*", "step-3.5-flash-2603"}}};
}

TEST(Matches, LetsAStarStandForAnyRun) {
  EXPECT_TRUE(matches("claude-*", "claude-"));
  EXPECT_TRUE(matches("claude-*", "claude-opus-4"));
  EXPECT_TRUE(matches("*a*b*", "xxaxxbxx"));
  EXPECT_TRUE(matches("*ab", "aab"));
  EXPECT_FALSE(matches("claude-*", "Claude-3"));
  EXPECT_FALSE(matches("a*b", "abc"));
  EXPECT_FALSE(matches("", "x"));
}

TEST(Matches, StaysLinearOnManyStars) {
  const std::string text(20'000, 'a');
  EXPECT_FALSE(matches("*a*a*a*a*a*a*a*b", text));
}

TEST(Catalogue, FindsByNameThenByAlias) {
  const Catalogue catalogue = two_models();
  EXPECT_EQ(catalogue.find("step-3.7-flash")->name, "step-3.7-flash");
  EXPECT_EQ(catalogue.find("claude-sonnet")->name, "step-3.7-flash");
  EXPECT_EQ(catalogue.find("gpt-5-mini")->name, "step-3.5-flash-2603");
  EXPECT_EQ(catalogue.find("gpt-5"), nullptr);
}

TEST(Catalogue, NamesWhatExistsWhenAModelDoesNot) {
  const auto model = two_models().require("gpt-5", [](const Model&) { return true; });
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, base::FailureKind::invalid_request);
  EXPECT_EQ(model.error().path, "model");
  EXPECT_EQ(model.error().message,
            "The model `gpt-5` does not exist. Models here: step-3.5-flash-2603, step-3.7-flash.");
}

TEST(Catalogue, NamesOnlyWhatThereIsForWhoAsks) {
  const auto only_one = [](const Model& model) { return model.name == "step-3.7-flash"; };
  EXPECT_EQ(two_models().require("gpt-5", only_one).error().message,
            "The model `gpt-5` does not exist. Models here: step-3.7-flash.");
}

TEST(ChooseEffort, RefusesATierThatTheModelLacksAndSaysWhichItHas) {
  const Catalogue catalogue = two_models();
  const Effort medium = Effort::medium;
  const auto refused = choose_effort(*catalogue.find("step-3.5-flash-2603"), &medium, "reasoning_effort");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().path, "reasoning_effort");
  EXPECT_NE(refused.error().message.find("`low`, `high`"), std::string::npos);
  EXPECT_EQ(choose_effort(*catalogue.find("step-3.7-flash"), &medium, ""), Effort::medium);
}

TEST(ChooseEffort, FallsBackToTheModelsOwnAndLetsNoneThrough) {
  const Catalogue catalogue = two_models();
  const Model& model = *catalogue.find("step-3.5-flash-2603");
  EXPECT_EQ(choose_effort(model, nullptr, ""), Effort::low);
  const Effort none = Effort::none;
  EXPECT_EQ(choose_effort(model, &none, ""), Effort::none);
}

}  // namespace
}  // namespace trilogue::serve
