// The grammars of a Prompt in the hands of the library that will apply them.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <memory>

#include "engine/llama/prompt_writer.h"
#include "engine/llama/test_vocabulary.h"
#include "engine/llama/tokenizer.h"

namespace trilogue::engine::llama {
namespace {

class PromptGrammarTest : public testing::VocabularyTest {
 protected:
  struct FreeSampler {
    void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
  };
  using Sampler = std::unique_ptr<llama_sampler, FreeSampler>;

  Sampler compiled(const std::string& grammar) const {
    return Sampler(llama_sampler_init_grammar(vocab_, grammar.c_str(), "root"));
  }

  static bool admits(llama_sampler* sampler, llama_token token) {
    llama_token_data one{token, 0, 0};
    llama_token_data_array candidates{&one, 1, -1, false};
    llama_sampler_apply(sampler, &candidates);
    return std::isfinite(one.logit);
  }

  // Whether the sampler lets the whole text through, token by token.
  bool takes(llama_sampler* sampler, const std::string& text) const {
    const MarkerGuard guard(marker_tokens(vocab_));
    for (const llama_token token : Tokenizer(vocab_, guard).tokens_of(text)) {
      if (!admits(sampler, token)) return false;
      llama_sampler_accept(sampler, token);
    }
    return true;
  }
};

canon::Request weather_request() {
  canon::Request request;
  request.turns = {canon::UserTurn{"hello"}};
  request.tools = {{.name = "weather",
                    .description = "Tells the weather",
                    .parameters =
                        R"({"type":"object","properties":{"city":{"type":"string"},"unit":{"type":"string",)"
                        R"("enum":["C","F"]}},"required":["city","unit"]})",
                    .strict = false}};
  return request;
}

std::string call_in(const std::string& unit) {
  return "<tool_call>\n<function=weather>\n<parameter=city>\nRome\n</parameter>\n<parameter=unit>\n" + unit +
         "\n</parameter>\n</function>\n</tool_call>";
}

TEST_F(PromptGrammarTest, CallGrammarTakesOverWhereItsTriggerStands) {
  const auto prompt = writer_->write(weather_request());
  ASSERT_EQ(prompt->call_trigger, "<tool_call>");
  const char* pattern = prompt->call_trigger_pattern.c_str();
  const auto lazy = [&] {
    return Sampler(llama_sampler_init_grammar_lazy_patterns(vocab_, prompt->call_grammar.c_str(), "root",
                                                            &pattern, 1, nullptr, 0));
  };
  const Sampler good = lazy();
  ASSERT_TRUE(good);
  EXPECT_TRUE(takes(good.get(), "Let me look. " + call_in("C")));
  EXPECT_TRUE(admits(good.get(), llama_vocab_eos(vocab_)));
  const Sampler bad = lazy();
  EXPECT_FALSE(takes(bad.get(), "Let me look. " + call_in("Reyk")));
}

TEST_F(PromptGrammarTest, RequiredCallsAreAllThatMayBeWritten) {
  canon::Request request = weather_request();
  request.tool_choice.use = canon::ToolUse::required;
  const auto prompt = writer_->write(request);
  EXPECT_TRUE(prompt->call_grammar.empty());
  EXPECT_TRUE(takes(compiled(prompt->answer_grammar).get(), call_in("F")));
  EXPECT_FALSE(takes(compiled(prompt->answer_grammar).get(), "Well"));
}

TEST_F(PromptGrammarTest, ASchemaOfManyKindsCompiles) {
  canon::Request request;
  request.turns = {canon::UserTurn{"hello"}};
  request.format = canon::JsonBySchema{
      .name = "x",
      .schema =
          R"x({"type":"object","properties":{"d":{"type":"string","format":"date-time"},"p":{"type":"string",)x"
          R"x("pattern":"^[^\"\\\\]{1,8}(ä|\\.)$"},"n":{"type":"number","minimum":-3,"exclusiveMaximum":2000},)x"
          R"x("l":{"type":"array","items":{"$ref":"#"},"maxItems":400},"s":{"type":"string","maxLength":9000},)x"
          R"x("i":{"type":"integer","minimum":-20,"maximum":1234}},"additionalProperties":{"type":"boolean"}})x",
      .strict = true};
  const auto begin = std::chrono::steady_clock::now();
  const auto prompt = writer_->write(request);
  ASSERT_TRUE(prompt) << prompt.error().message;
  const Sampler sampler = compiled(prompt->answer_grammar);
  ASSERT_TRUE(sampler);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_TRUE(takes(sampler.get(),
                    R"({"d":"2026-11-20T10:00:00Z","p":"abcä","n":1999.5,"l":[{"i":77}],"i":-20,"x":true})"));
  EXPECT_TRUE(admits(sampler.get(), llama_vocab_eos(vocab_)));
}

}  // namespace
}  // namespace trilogue::engine::llama
