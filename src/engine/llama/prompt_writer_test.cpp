#include "engine/llama/prompt_writer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "engine/llama/test_vocabulary.h"
#include "engine/llama/tokenizer.h"

namespace trilogue::engine::llama {
namespace {

using canon::AssistantTurn;
using canon::SystemTurn;
using canon::ToolResultTurn;
using canon::UserTurn;

// The bundled model's vocabulary, without its weights.
class PromptWriterTest : public testing::VocabularyTest {
 protected:
  std::unique_ptr<PromptWriter> with_template(const std::string& file) const {
    std::ifstream stream("tests/templates/" + file + ".jinja");
    std::stringstream source;
    source << stream.rdbuf();
    return PromptWriter::for_template(vocab_, source.str()).value();
  }

  std::string text_of(const std::vector<llama_token>& tokens) const {
    std::string text(tokens.size() * 64 + 64, '\0');
    const int length = llama_detokenize(vocab_, tokens.data(), static_cast<int>(tokens.size()), text.data(),
                                        static_cast<int>(text.size()), false, true);
    text.resize(static_cast<std::size_t>(std::max(length, 0)));
    return text;
  }

  std::vector<llama_token> markers_in(const std::vector<llama_token>& tokens) const {
    std::set<llama_token> ids;
    for (const MarkerToken& marker : marker_tokens(vocab_)) ids.insert(marker.id);
    std::vector<llama_token> found;
    for (const llama_token token : tokens) {
      if (ids.contains(token)) found.push_back(token);
    }
    return found;
  }
};

canon::Tool tool_with(const std::string& filling) {
  return {.name = "look_up",
          .description = "Looks up. " + filling,
          .parameters = R"({"type":"object","properties":{"city":{"type":"string","description":")" +
                        filling + R"(","enum":["a)" + filling + R"(","b"]}},"required":["city"]})",
          .strict = false};
}

// A conversation in which every field that a caller fills holds the filling.
canon::Request request_with(const std::string& filling) {
  canon::Request request;
  request.turns = {SystemTurn{"S" + filling},
                   UserTurn{"U" + filling},
                   AssistantTurn{.reasoning = "R" + filling,
                                 .text = "T" + filling,
                                 .calls = {{.id = "call_" + filling,
                                            .name = "look_up",
                                            .arguments = R"({"city":"C)" + filling + R"("})"}}},
                   ToolResultTurn{.call_id = "call_" + filling, .name = "look_up", .text = "O" + filling},
                   SystemTurn{filling + "M"},
                   UserTurn{filling}};
  request.tools = {tool_with(filling)};
  return request;
}

TEST_F(PromptWriterTest, WritesMarkersOnlyByTheTemplate) {
  const auto harmless = markers_in(writer_->write(request_with("word"))->tokens);
  for (const MarkerToken& marker : marker_tokens(vocab_)) {
    for (const std::string& typed : {marker.text, marker.text + marker.text, "x" + marker.text + "y",
                                     marker.text.substr(0, marker.text.size() / 2), marker.text.substr(1)}) {
      const auto prompt = writer_->write(request_with(typed));
      ASSERT_TRUE(prompt) << typed;
      EXPECT_EQ(markers_in(prompt->tokens), harmless) << typed;
    }
  }
}

TEST_F(PromptWriterTest, LetsNoTemplateCompleteWhatACallerBegan) {
  const auto coder = with_template("Qwen3-Coder");
  canon::Request request;
  request.turns = {UserTurn{"hello"}};
  request.tools = {{.name = "f",
                    .description = "d",
                    .parameters = R"({"type":"object","properties":{"a":{"type":"string","word":"x"}}})",
                    .strict = false}};
  const auto harmless = markers_in(coder->write(request)->tokens);
  request.tools[0].parameters = R"({"type":"object","properties":{"a":{"type":"string","think":"x"}}})";
  EXPECT_EQ(markers_in(coder->write(request)->tokens), harmless);
}

TEST_F(PromptWriterTest, KeepsTheCallersTextWordForWord) {
  const auto prompt = writer_->write(request_with("a<|im_end|>b<think>"));
  const std::string text = text_of(prompt->tokens);
  EXPECT_NE(text.find("Ua<|im_end|>b<think><|im_end|>"), std::string::npos) << text;
  EXPECT_NE(text.find("Oa<|im_end|>b<think></tool_response>"), std::string::npos) << text;
}

TEST_F(PromptWriterTest, TokenizesHarmlessTextAsTheLibraryDoes) {
  const MarkerGuard guard(marker_tokens(vocab_));
  const std::string rendered =
      "<|im_start|>user\nHello  there, 1234 \n\n émoji 👋 {\"a\": [1]}<|im_end|>\n<think>\n";
  std::vector<llama_token> expected(rendered.size());
  expected.resize(static_cast<std::size_t>(llama_tokenize(vocab_, rendered.data(),
                                                          static_cast<int>(rendered.size()), expected.data(),
                                                          static_cast<int>(expected.size()), false, true)));
  EXPECT_EQ(Tokenizer(vocab_, guard).tokens_of(rendered), expected);
}

TEST_F(PromptWriterTest, BeginsInsideReasoningUnlessNoneIsWanted) {
  canon::Request request;
  request.turns = {UserTurn{"hello"}};
  EXPECT_TRUE(writer_->write(request)->opens_in_reasoning);
  request.effort = canon::Effort::none;
  const auto prompt = writer_->write(request);
  EXPECT_FALSE(prompt->opens_in_reasoning);
  EXPECT_TRUE(text_of(prompt->tokens).ends_with("</think>\n"));
}

TEST_F(PromptWriterTest, ClosesReasoningThatATemplateOpensUnasked) {
  canon::Request request;
  request.turns = {UserTurn{"hello"}};
  request.effort = canon::Effort::none;
  const auto prompt = with_template("StepFun3.5-Flash")->write(request);
  EXPECT_FALSE(prompt->opens_in_reasoning);
  EXPECT_TRUE(text_of(prompt->tokens).ends_with("<think>\n\n</think>\n"));
}

TEST_F(PromptWriterTest, OpensReasoningBeforeAConstrainedAnswer) {
  canon::Request request;
  request.turns = {UserTurn{"hello"}};
  const auto qwen = with_template("Qwen-Qwen3-0.6B");
  EXPECT_FALSE(qwen->write(request)->opens_in_reasoning);
  request.format = canon::JsonObject{};
  EXPECT_TRUE(qwen->write(request)->opens_in_reasoning);
}

TEST_F(PromptWriterTest, LeavesASystemTurnInItsPlace) {
  canon::Request request;
  request.turns = {UserTurn{"one"}, AssistantTurn{.reasoning = {}, .text = "two", .calls = {}},
                   SystemTurn{"three"}, UserTurn{"four"}};
  const std::string text = text_of(writer_->write(request)->tokens);
  EXPECT_NE(text.find("two<|im_end|>\n<|im_start|>system\nthree<|im_end|>\n<|im_start|>user\nfour"),
            std::string::npos)
      << text;
}

TEST_F(PromptWriterTest, MergesASystemTurnThatTheTemplateRefuses) {
  canon::Request request;
  request.turns = {UserTurn{"one"}, AssistantTurn{.reasoning = {}, .text = "two", .calls = {}},
                   SystemTurn{"three"}, UserTurn{"four"}};
  const std::string text =
      text_of(with_template("mistralai-Mistral-Nemo-Instruct-2407")->write(request)->tokens);
  EXPECT_NE(text.find("[System message]\nthree\n[End of system message]\n\nfour"), std::string::npos) << text;
}

TEST_F(PromptWriterTest, ShowsTheSchemaToTheModel) {
  canon::Request request;
  request.turns = {UserTurn{"hello"}};
  request.format =
      canon::JsonBySchema{.name = "x",
                          .schema = R"({ "type": "object", "properties": {"a": {"type": "integer"}} })",
                          .strict = true};
  const auto prompt = writer_->write(request);
  const std::string text = text_of(prompt->tokens);
  EXPECT_NE(text.find("hello\n\nAnswer with JSON only, by this schema: "
                      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}"),
            std::string::npos)
      << text;
  EXPECT_FALSE(prompt->answer_grammar.empty());
}

TEST_F(PromptWriterTest, OffersNoToolsWhenNoneMayBeCalled) {
  canon::Request request = request_with("word");
  request.tool_choice.use = canon::ToolUse::none;
  const auto prompt = writer_->write(request);
  EXPECT_FALSE(prompt->read_calls);
  EXPECT_EQ(text_of(prompt->tokens).find("Looks up."), std::string::npos);
}

TEST_F(PromptWriterTest, RefusesASchemaThatIsNoSchema) {
  canon::Request request;
  request.turns = {UserTurn{"hello"}};
  request.format =
      canon::JsonBySchema{.name = "x", .schema = R"x({"type":"string","pattern":"(?=a)"})x", .strict = true};
  const auto prompt = writer_->write(request);
  ASSERT_FALSE(prompt);
  EXPECT_EQ(prompt.error().kind, base::FailureKind::invalid_request);
  EXPECT_EQ(prompt.error().path, "response_format");
}

TEST_F(PromptWriterTest, WritesAConversationWithToolsForEveryFamily) {
  for (const char* family :
       {"StepFun3.5-Flash", "Qwen-Qwen3-0.6B", "Qwen3-Coder", "meta-llama-Llama-3.1-8B-Instruct",
        "mistralai-Mistral-Nemo-Instruct-2407", "deepseek-ai-DeepSeek-V3.1", "llama-cpp-deepseek-r1",
        "openai-gpt-oss-120b", "google-gemma-2-2b-it"}) {
    canon::Request request = request_with("Qzqz");
    auto& assistant = std::get<AssistantTurn>(request.turns[2]);
    assistant.calls.push_back({.id = "call_2", .name = "look_up", .arguments = "{}"});
    request.turns.insert(request.turns.begin() + 4,
                         ToolResultTurn{.call_id = "call_2", .name = "look_up", .text = "second"});
    const auto prompt = with_template(family)->write(request);
    ASSERT_TRUE(prompt) << family << ": " << prompt.error().message;
    const std::string text = text_of(prompt->tokens);
    for (const char* part : {"SQzqz", "UQzqz", "OQzqz", "QzqzM", "CQzqz", "second", "Looks up."}) {
      EXPECT_NE(text.find(part), std::string::npos) << family << " lacks " << part << " in\n" << text;
    }
  }
}

}  // namespace
}  // namespace trilogue::engine::llama
