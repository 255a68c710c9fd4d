#include "engine/llama/template_probe.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/syntax/test_blocks.h"

namespace trilogue::engine::llama {
namespace {

using syntax::testing::Blocks;
using syntax::testing::call;
using syntax::testing::reasoning;
using syntax::testing::text;

ProbedTemplate probe(const std::string& file) {
  std::ifstream stream("tests/templates/" + file + ".jinja");
  std::stringstream source;
  source << stream.rdbuf();
  auto chat = Template::parse(source.str(), "<s>", "</s>");
  EXPECT_TRUE(chat) << file;
  auto probed = probe_template(*chat);
  EXPECT_TRUE(probed) << file;
  return *probed;
}

// What the scanner makes of a transcript.
Blocks read(const ProbedTemplate& probed, std::string_view transcript, bool in_reasoning = false) {
  syntax::ScannerOptions options;
  options.opens_in_reasoning = in_reasoning;
  const canon::Tool weather{
      .name = "weather",
      .description = "",
      .parameters = R"({"type":"object","properties":{"city":{"type":"string"},"n":{"type":"integer"}}})",
      .strict = false};
  options.tools = std::make_shared<const std::vector<canon::Tool>>(1, weather);
  return syntax::testing::read(probed.syntax, options, transcript);
}

const std::string kTagged =
    "<tool_call>\n<function=weather>\n<parameter=city>\nRome\n</parameter>\n<parameter=n>\n3\n</parameter>\n"
    "</function>\n</tool_call>";
const std::string kTaggedJson = R"({"city":"Rome","n":3})";
const std::string kJson = R"({"city": "Rome", "n": 3})";

TEST(TemplateProbe, LearnsStep) {
  const auto probed = probe("StepFun3.5-Flash");
  EXPECT_TRUE(probed.manners.system_later);
  EXPECT_EQ(read(probed, "Hm.\n</think>\nLook:\n" + kTagged + kTagged, true),
            (Blocks{reasoning("Hm."), text("Look:"), call(kTaggedJson), call(kTaggedJson)}));
}

TEST(TemplateProbe, LearnsQwen3) {
  const std::string one = "<tool_call>\n{\"name\": \"weather\", \"arguments\": " + kJson + "}\n</tool_call>";
  EXPECT_EQ(read(probe("Qwen-Qwen3-0.6B"), "<think>\nHm.\n</think>\n\nLook:\n" + one + "\n" + one),
            (Blocks{reasoning("Hm."), text("Look:"), call(kJson), call(kJson)}));
}

TEST(TemplateProbe, LearnsQwen3Coder) {
  EXPECT_EQ(read(probe("Qwen3-Coder"), "Look:\n" + kTagged + "\n" + kTagged),
            (Blocks{text("Look:"), call(kTaggedJson), call(kTaggedJson)}));
}

TEST(TemplateProbe, LearnsLlama31) {
  const auto probed = probe("meta-llama-Llama-3.1-8B-Instruct");
  EXPECT_FALSE(probed.manners.parallel_calls);
  EXPECT_EQ(read(probed, R"({"name": "weather", "parameters": )" + kJson + "}"), (Blocks{call(kJson)}));
  EXPECT_EQ(read(probed, "Hello {\"name\": 1}"), (Blocks{text("Hello {\"name\": 1}")}));
}

TEST(TemplateProbe, LearnsMistralNemo) {
  const auto probed = probe("mistralai-Mistral-Nemo-Instruct-2407");
  EXPECT_TRUE(probed.manners.short_call_ids);
  EXPECT_FALSE(probed.manners.system_later);
  const std::string one = R"({"name": "weather", "arguments": )" + kJson;
  EXPECT_EQ(read(probed, "[TOOL_CALLS][" + one + R"(, "id": "abcdefghi"}, )" + one + "}]"),
            (Blocks{call(kJson), call(kJson)}));
}

TEST(TemplateProbe, LearnsDeepSeekV31) {
  const std::string one = "<｜tool▁call▁begin｜>weather<｜tool▁sep｜>" + kJson + "<｜tool▁call▁end｜>";
  EXPECT_EQ(read(probe("deepseek-ai-DeepSeek-V3.1"),
                 "Hm.</think>Look:<｜tool▁calls▁begin｜>" + one + one + "<｜tool▁calls▁end｜>", true),
            (Blocks{reasoning("Hm."), text("Look:"), call(kJson), call(kJson)}));
}

TEST(TemplateProbe, LearnsDeepSeekR1) {
  const std::string one =
      "<｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n```json\n" + kJson + "\n```<｜tool▁call▁end｜>";
  EXPECT_EQ(read(probe("llama-cpp-deepseek-r1"),
                 "Hm.\n</think>\n\n<｜tool▁calls▁begin｜>" + one + "\n" + one + "<｜tool▁calls▁end｜>", true),
            (Blocks{reasoning("Hm."), call(kJson), call(kJson)}));
}

TEST(TemplateProbe, KnowsHarmony) {
  const auto probed = probe("openai-gpt-oss-120b");
  EXPECT_EQ(
      read(probed,
           "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello"),
      (Blocks{reasoning("Hm."), text("Hello")}));
  const std::string arguments = "<|message|>" + kJson + "<|call|>";
  const std::string thought = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant";
  EXPECT_EQ(
      read(probed, thought + "<|channel|>commentary to=functions.weather <|constrain|>json" + arguments),
      (Blocks{reasoning("Hm."), call(kJson)}));
  EXPECT_EQ(read(probed, thought + " to=functions.weather<|channel|>commentary json" + arguments),
            (Blocks{reasoning("Hm."), call(kJson)}));
  EXPECT_EQ(read(probed, thought +
                             "<|channel|>commentary<|message|>I will look.<|end|><|start|>assistant"
                             "<|channel|>commentary to=functions.weather" +
                             arguments),
            (Blocks{reasoning("Hm."), text("I will look."), call(kJson)}));
}

TEST(TemplateProbe, GivesATemplateWithoutCallsThePlainForm) {
  const auto probed = probe("google-gemma-2-2b-it");
  EXPECT_FALSE(probed.manners.writes_calls);
  EXPECT_FALSE(probed.manners.system_first);
  EXPECT_EQ(read(probed, "<tool_call>\n{\"name\": \"weather\", \"arguments\": " + kJson + "}\n</tool_call>"),
            (Blocks{call(kJson)}));
}

}  // namespace
}  // namespace trilogue::engine::llama
