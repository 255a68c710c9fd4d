// For tests of what a vocabulary decides: the bundled model's, without its weights, and its template.
#pragma once

#include <gtest/gtest.h>
#include <llama.h>

#include <filesystem>
#include <memory>

#include "engine/llama/prompt_writer.h"
#include "engine/llama/test_model.h"

namespace trilogue::engine::llama::testing {

class VocabularyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(model_path())) GTEST_SKIP() << model_path() << " has not been made";
    llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    model_.reset(llama_model_load_from_file(model_path(), params));
    ASSERT_TRUE(model_);
    vocab_ = llama_model_get_vocab(model_.get());
    writer_ = PromptWriter::for_model(model_.get()).value();
  }

  struct Free {
    void operator()(llama_model* model) const { llama_model_free(model); }
  };
  std::unique_ptr<llama_model, Free> model_;
  const llama_vocab* vocab_ = nullptr;
  std::unique_ptr<PromptWriter> writer_;
};

}  // namespace trilogue::engine::llama::testing
