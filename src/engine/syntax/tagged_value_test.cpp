// What the grammar lets a model write between tags comes out of the scanner as JSON that fits the schema,
// wherever it is cut, and no marker is ever seen.
#include <gtest/gtest.h>

#include <random>

#include "engine/syntax/gbnf_matcher.h"
#include "engine/syntax/grammar.h"
#include "engine/syntax/schema_check.h"
#include "engine/syntax/test_blocks.h"

namespace trilogue::engine::syntax {
namespace {

using canon::BlockKind;
using testing::step_syntax;

constexpr const char* kSchemas[] = {
    R"({"type":["string","null"]})",
    R"({"type":["string","integer"]})",
    R"({"type":["string","null"],"pattern":"^[0-9]{1,3}$"})",
    R"({"anyOf":[{"enum":["1","a"]},{"type":"integer","minimum":-3,"maximum":12}]})",
    R"({"anyOf":[{"enum":["a","b"]},{"const":"null"},{"type":"null"}]})",
    R"({"oneOf":[{"type":"string","maxLength":3},{"type":"array","items":{"type":"integer"}}]})",
    R"({"enum":["1",1,true,"true",null]})",
    R"({"type":["boolean","string"],"enum":["7",true]})",
    R"({"anyOf":[{"allOf":[{"type":"number"},{"exclusiveMinimum":0}]},{"type":"string"}]})",
    R"({"type":["object","string"],"properties":{"a":{"type":"integer"}},"additionalProperties":false})",
    R"({"type":"array","items":{"type":["string","null"]},"maxItems":2})",
};

canon::Tool tool_with(const std::string& schema) {
  std::string parameters =
      R"({"type":"object","required":["v"],"additionalProperties":false,"properties":{"v":)";
  parameters += schema + "}}";
  return {.name = "f", .description = "", .parameters = parameters, .strict = true};
}

// A text that the grammar lets through, drawn letter by letter, brief where it may be.
std::string drawn(const GbnfMatcher& grammar, std::mt19937& chance) {
  const std::string begin = "<tool_call>\n<function=f>\n<parameter=v>\n";
  const std::string end = "\n</parameter>\n</function>\n</tool_call>";
  std::string letters = "0123456789-.abnrtuefls\"[]{}, :\n";
  std::string text = begin;
  for (int i = 0; i < 12; ++i) {
    if (grammar.matches(text + end) && chance() % 3 == 0) break;
    std::shuffle(letters.begin(), letters.end(), chance);
    for (const char letter : letters) {
      if (!grammar.may_begin(text + letter)) continue;
      text += letter;
      break;
    }
  }
  return text + end;
}

std::string arguments_of(const std::vector<FoldedBlock>& blocks) {
  return blocks.size() == 1 && blocks[0].kind == BlockKind::call ? blocks[0].text : "";
}

void expect_valid(const canon::Tool& tool, const std::string& written) {
  ScannerOptions options;
  options.tools = std::make_shared<const std::vector<canon::Tool>>(1, tool);
  const auto blocks = fold_in_chunks(step_syntax(), options, written, 3, false);
  const auto arguments = wire::Document::parse(arguments_of(blocks));
  ASSERT_TRUE(arguments) << written;
  const auto schema = wire::Document::parse(tool.parameters);
  SchemaWalk walk(schema->root());
  EXPECT_TRUE(fits(walk, schema->root(), arguments->root())) << tool.parameters << "\n"
                                                             << written << "\n"
                                                             << arguments->root().to_json();
}

// Cut anywhere: a call with a part of its arguments, or nothing.
void expect_nothing_leaks(const canon::Tool& tool, const std::string& written, const std::string& whole) {
  ScannerOptions options;
  options.tools = std::make_shared<const std::vector<canon::Tool>>(1, tool);
  for (std::size_t size = 0; size < written.size(); ++size) {
    const auto blocks = fold_in_chunks(step_syntax(), options, written.substr(0, size), 2, true);
    ASSERT_LE(blocks.size(), 1U);
    if (blocks.empty()) continue;
    EXPECT_EQ(blocks[0].kind, BlockKind::call) << blocks[0].text;
    EXPECT_TRUE(whole.starts_with(blocks[0].text)) << blocks[0].text << "\n" << whole;
  }
}

TEST(TaggedValue, IsValidForItsSchemaWhateverTheGrammarLetsThrough) {
  std::mt19937 chance(1);
  int written = 0;
  for (const char* schema : kSchemas) {
    const canon::Tool tool = tool_with(schema);
    const auto text = call_grammar({tool}, {}, step_syntax());
    ASSERT_TRUE(text) << schema << ": " << text.error().message;
    const GbnfMatcher grammar(*text);
    for (int i = 0; i < 30; ++i) {
      const std::string call = drawn(grammar, chance);
      if (!grammar.matches(call)) continue;  // drawn into a corner
      expect_valid(tool, call);
      ++written;
    }
  }
  EXPECT_GT(written, 100);
}

TEST(TaggedValue, ShowsNoMarkerWhereverItIsCut) {
  const std::string begin = "<tool_call>\n<function=f>\n<parameter=v>\n";
  const std::string end = "\n</parameter>\n</function>\n</tool_call>";
  for (const auto& [schema, raw] : {std::pair{R"({"type":"string"})", "a\n<b"},
                                    {R"({"type":"array"})", "[1,\n2]"},
                                    {R"({"type":["string","null"]})", "null"}}) {
    ScannerOptions options;
    const canon::Tool tool = tool_with(schema);
    options.tools = std::make_shared<const std::vector<canon::Tool>>(1, tool);
    const std::string written = "\n\n" + begin + raw + end;
    const auto whole = fold_in_chunks(step_syntax(), options, written, 1, false);
    expect_nothing_leaks(tool, written, arguments_of(whole));
  }
}

}  // namespace
}  // namespace trilogue::engine::syntax
