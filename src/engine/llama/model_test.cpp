#include "engine/llama/model.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "engine/llama/test_model.h"

namespace trilogue::engine::llama {
namespace {

// A file that goes away with the test.
class TemporaryFile final {
 public:
  explicit TemporaryFile(const std::string& bytes)
      : path_(std::filesystem::temp_directory_path() /
              ("trilogue_model_" + std::to_string(getpid()) + ".gguf")) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string bundled_model() {
  std::ifstream file(testing::model_path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string why_not(const std::string& path) {
  const auto model = Model::load(testing::library(), {path, 0, {}});
  return model ? "" : model.error().message;
}

TEST(Model, LoadsAndReportsProgress) {
  double last = 0;
  const auto model = Model::load(testing::library(), {testing::model_path(), 0, [&](double p) {
                                                        last = p;
                                                        return true;
                                                      }});
  ASSERT_TRUE(model);
  EXPECT_EQ(last, 1);
  EXPECT_GT((*model)->vocabulary().size(), 256);
  EXPECT_FALSE((*model)->vocabulary().ends().empty());
}

TEST(Model, LoadsNoFurtherWhenNobodyWantsItAnyMore) {
  EXPECT_FALSE(Model::load(testing::library(), {testing::model_path(), 0, [](double) { return false; }}));
}

TEST(Model, SaysThatAFileIsMissing) {
  EXPECT_NE(why_not("/nowhere/at/all.gguf").find("does not exist"), std::string::npos);
}

TEST(Model, SaysThatAFileIsEmpty) {
  EXPECT_NE(why_not(TemporaryFile("").path()).find("is empty"), std::string::npos);
}

TEST(Model, SaysThatAFolderIsNoModel) {
  EXPECT_NE(why_not("/").find("not a file"), std::string::npos);
}

TEST(Model, SaysThatAFileIsNotAGguf) {
  const TemporaryFile file("PK\x03\x04 something else");
  EXPECT_NE(why_not(file.path()).find("is not a GGUF file"), std::string::npos);
}

TEST(Model, RefusesRandomBytesAfterTheMagic) {
  std::mt19937 chance(1);
  for (int round = 0; round < 20; ++round) {
    std::string bytes = "GGUF";
    for (int i = 0; i < 4096; ++i) bytes += static_cast<char>(chance());
    const TemporaryFile file(bytes);
    EXPECT_NE(why_not(file.path()).find("cannot be loaded"), std::string::npos);
  }
}

TEST(Model, RefusesAFileCutOffAnywhere) {
  const auto whole = bundled_model();
  ASSERT_GT(whole.size(), 10000U);
  for (const double share : {0.001, 0.01, 0.1, 0.5, 0.999}) {
    const TemporaryFile file(
        whole.substr(0, static_cast<std::size_t>(static_cast<double>(whole.size()) * share)));
    EXPECT_NE(why_not(file.path()).find("cannot be loaded"), std::string::npos) << share;
  }
}

TEST(Model, SaysThatAModelHasNoChatTemplate) {
  auto bytes = bundled_model();
  const auto at = bytes.find("tokenizer.chat_template");
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 23, "tokenizer.chat_tEmplate");
  const TemporaryFile file(bytes);
  EXPECT_NE(why_not(file.path()).find("has no chat template"), std::string::npos);
}

}  // namespace
}  // namespace trilogue::engine::llama
