#include "app/model_list.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace trilogue::app {
namespace {

Configuration with_one_model(const std::string& name) {
  Configuration configuration;
  configuration.bundled_model = false;
  const std::string file = testing::TempDir() + "model_list_test_" + std::to_string(getpid()) + ".story";
  std::ofstream(file) << "started prompt=1\n";
  configuration.models.push_back({.name = name, .file = file});
  return configuration;
}

TEST(ModelList, HoldsTheConfiguredModels) {
  auto configuration = with_one_model("qwen");
  configuration.aliases = {{"claude-*", "qwen"}};
  const auto models = list_models(configuration);
  ASSERT_TRUE(models) << models.error().message;
  ASSERT_EQ(models->size(), 1U);
  EXPECT_EQ(models->front().name, "qwen");
}

TEST(ModelList, BoundsTheThinkingOfTheBundledModelAlone) {
  const auto configured = with_one_model("qwen");
  auto configuration = configured;
  configuration.bundled_model = true;
  ASSERT_EQ(setenv("TRILOGUE_BUNDLED_FILE", configured.models.front().file.c_str(), 1), 0);
  const auto models = list_models(configuration);
  ASSERT_EQ(unsetenv("TRILOGUE_BUNDLED_FILE"), 0);
  ASSERT_TRUE(models) << models.error().message;
  ASSERT_EQ(models->size(), 4U);
  for (const auto& model : *models) {
    ASSERT_EQ(model.most_thinking.has_value(), model.name != "qwen");
    if (!model.most_thinking) continue;
    EXPECT_LT(model.most_thinking->low, model.most_thinking->medium);
    EXPECT_LT(model.most_thinking->medium, model.most_thinking->high);
    EXPECT_LT(model.most_thinking->high, configuration.thinking.low);
  }
}

TEST(ModelList, RefusesAFileThatDoesNotExist) {
  auto configuration = with_one_model("qwen");
  configuration.models.front().file += ".gone";
  const auto models = list_models(configuration);
  ASSERT_FALSE(models);
  EXPECT_NE(models.error().message.find("qwen does not exist"), std::string::npos) << models.error().message;
}

TEST(ModelList, RefusesAnAliasOfNoModel) {
  auto configuration = with_one_model("qwen");
  configuration.aliases = {{"claude-*", "qwenn"}};
  const auto models = list_models(configuration);
  ASSERT_FALSE(models);
  EXPECT_NE(models.error().message.find("claude-* names qwenn"), std::string::npos) << models.error().message;
}

TEST(ModelList, RefusesToServeNothing) {
  Configuration configuration;
  configuration.bundled_model = false;
  EXPECT_FALSE(list_models(configuration));
}

}  // namespace
}  // namespace trilogue::app
