#include "engine/syntax/scanner.h"

#include <gtest/gtest.h>

#include "engine/syntax/test_blocks.h"

namespace trilogue::engine::syntax {
namespace {

using canon::BlockKind;
using testing::Blocks;
using testing::call;
using testing::read;
using testing::reasoning;
using testing::step_syntax;
using testing::text;

OutputSyntax hermes_syntax() {
  OutputSyntax syntax;
  syntax.reasoning_begin = "<think>\n";
  syntax.reasoning_end = "\n</think>\n\n";
  syntax.has_calls = true;
  syntax.call = {.style = ArgumentStyle::json,
                 .call_begin = "<tool_call>\n{\"name\": \"",
                 .name_end = "\", \"arguments\": ",
                 .call_end = "}\n</tool_call>",
                 .between = "\n"};
  return syntax;
}

canon::Tool weather() {
  return {.name = "weather",
          .description = "",
          .parameters =
              R"({"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"},)"
              R"("zip":{"type":"string"},"deep":{"type":"object"}}})"};
}

ScannerOptions in_answer() {
  ScannerOptions options;
  options.tools = std::make_shared<const std::vector<canon::Tool>>(1, weather());
  return options;
}

ScannerOptions in_reasoning() {
  ScannerOptions options = in_answer();
  options.opens_in_reasoning = true;
  return options;
}

TEST(Scanner, SetsReasoningTextAndCallApart) {
  const auto blocks = read(step_syntax(), in_reasoning(),
                           "Let me see.\n</think>\nI will look.\n\n<tool_call>\n<function=weather>\n"
                           "<parameter=city>\nRome\n</parameter>\n<parameter=days>\n3\n</parameter>\n"
                           "</function>\n</tool_call>");
  EXPECT_EQ(blocks,
            (Blocks{reasoning("Let me see."), text("I will look."), call(R"({"city":"Rome","days":3})")}));
}

TEST(Scanner, TrimsOneNewlineOnEachSideOfTheMarkers) {
  EXPECT_EQ(read(step_syntax(), in_answer(), "<think>\n\na\n\n</think>\n\nb"),
            (Blocks{reasoning("\na\n"), text("\nb")}));
}

TEST(Scanner, LeavesOutReasoningThatIsEmpty) {
  EXPECT_EQ(read(step_syntax(), in_answer(), "<think>\n\n</think>\n\nHi"), (Blocks{text("\nHi")}));
  EXPECT_EQ(read(hermes_syntax(), in_answer(), "<think>\n\n</think>\n\nHi"), (Blocks{text("Hi")}));
}

TEST(Scanner, TakesACallInsideReasoningAsItsEnd) {
  const auto blocks =
      read(step_syntax(), in_reasoning(), "Hm.\n<tool_call>\n<function=weather>\n</function>\n</tool_call>");
  EXPECT_EQ(blocks, (Blocks{reasoning("Hm."), call("{}")}));
}

TEST(Scanner, ReadsSeveralCallsWithoutTextBetween) {
  const std::string one =
      "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"a}\\\"\"}}\n</tool_call>";
  EXPECT_EQ(read(hermes_syntax(), in_answer(), one + "\n\n" + one + "\n"),
            (Blocks{call(R"({"city": "a}\""})"), call(R"({"city": "a}\""})")}));
}

TEST(Scanner, TypesTaggedValuesByTheSchema) {
  const auto value = [](const std::string& name, const std::string& raw) {
    const auto blocks = read(step_syntax(), in_answer(),
                             "<tool_call>\n<function=weather>\n<parameter=" + name + ">\n" + raw +
                                 "\n</parameter>\n</function>\n</tool_call>");
    return blocks.size() == 1 ? blocks[0].text : "";
  };
  EXPECT_EQ(value("zip", "00123"), R"({"zip":"00123"})");
  EXPECT_EQ(value("city", "a\n\"b\"\\"), R"({"city":"a\n\"b\"\\"})");
  EXPECT_EQ(value("days", "soon"), R"({"days":"soon"})");
  EXPECT_EQ(value("deep", "{\"a\": [1]}"), R"({"deep":{"a": [1]}})");
  EXPECT_EQ(value("other", "true"), R"({"other":true})");
  EXPECT_EQ(value("other", "truly"), R"({"other":"truly"})");
  EXPECT_EQ(value("city", "</param"), R"({"city":"</param"})");
  EXPECT_EQ(value("city", ""), R"({"city":""})");
}

TEST(Scanner, FindsStopStringsAcrossTokenBordersAndKeepsThemOut) {
  ScannerOptions options = in_reasoning();
  options.stop = {"STOP", "\n\n"};
  EXPECT_EQ(read(step_syntax(), options, "a STOP b\n</think>\nc STSTOP d"),
            (Blocks{reasoning("a STOP b"), text("c ST")}));
  EXPECT_EQ(read(step_syntax(), options, "x\n</think>\nline\n\nmore"),
            (Blocks{reasoning("x"), text("line")}));
}

TEST(Scanner, FindsAStopStringThatATakenOutMarkerDivided) {
  ScannerOptions options;
  options.stop = {"STOP"};
  EXPECT_EQ(read(step_syntax(), options, "a STO</think>P b"), (Blocks{text("a ")}));
}

TEST(Scanner, SaysWhichStopStringItFound) {
  ScannerOptions options;
  options.stop = {"never", "end"};
  Scanner scanner(OutputSyntax{}, options);
  std::vector<canon::Happening> out;
  scanner.feed({"the end"}, 1, out);
  EXPECT_EQ(scanner.stopped_by(), "end");
}

TEST(Scanner, TakesAnAtomForAMarkerOnlyAsOneToken) {
  OutputSyntax syntax = step_syntax();
  syntax.atoms = {"<think>", "</think>"};
  Scanner scanner(syntax, in_reasoning());
  std::vector<canon::Happening> out;
  scanner.feed({"say </think> "}, 1, out);
  scanner.feed({"so\n"}, 2, out);
  scanner.feed({"</think>", true}, 3, out);
  scanner.feed({"\nok </think>"}, 4, out);
  scanner.finish(false, out);
  EXPECT_EQ(fold(out), (Blocks{reasoning("say </think> so"), text("ok </think>")}));
  EXPECT_EQ(scanner.reasoning_tokens(), 3);
}

TEST(Scanner, KeepsCharactersWholeAndReplacesWhatIsNone) {
  EXPECT_EQ(read({}, {}, "Grüße 👋\xF0\x9F"), (Blocks{text("Grüße 👋\uFFFD")}));
}

TEST(Scanner, LetsTextThroughThatOnlyLookedLikeAMarker) {
  EXPECT_EQ(read(step_syntax(), in_answer(), "a <tool_ca b </thin"), (Blocks{text("a <tool_ca b </thin")}));
}

TEST(Scanner, GivesBackAFailedCallAsText) {
  EXPECT_EQ(read(step_syntax(), in_answer(), "<tool_call>\nhello there"), (Blocks{text("\nhello there")}));
  EXPECT_EQ(read(hermes_syntax(), in_answer(),
                 "<tool_call>\n{\"name\": \"nobody\", \"arguments\": {}}\n</tool_call>"),
            (Blocks{text("\n{\"name\": \"nobody\", \"arguments\": {}}\n")}));
}

TEST(Scanner, TakesCallMarkersForTextWhenCallsAreNotRead) {
  ScannerOptions options;
  options.read_calls = false;
  EXPECT_EQ(read(step_syntax(), options, "<tool_call>\n"), (Blocks{text("<tool_call>\n")}));
}

TEST(Scanner, ClosesACallThatWasCut) {
  const auto blocks =
      read(step_syntax(), in_answer(), "<tool_call>\n<function=weather>\n<parameter=city>\nRo", true);
  EXPECT_EQ(blocks, (Blocks{{BlockKind::call, "weather", R"({"city":"Ro)", true}}));
}

TEST(Scanner, ShowsNoLeftOverMarkers) {
  EXPECT_EQ(read(step_syntax(), in_reasoning(), "a</think>b</think>c<think>d"),
            (Blocks{reasoning("a"), text("bcd")}));
}

TEST(Scanner, CountsReasoningTokensWithTheirMarkers) {
  Scanner scanner(step_syntax(), in_answer());
  std::vector<canon::Happening> out;
  int tokens = 0;
  for (const char* piece : {"<thi", "nk>", "a", "b", "</th", "ink>", "answer"})
    scanner.feed({piece}, ++tokens, out);
  scanner.finish(false, out);
  EXPECT_EQ(scanner.reasoning_tokens(), 6);
  EXPECT_EQ(std::get<canon::Delta>(out[out.size() - 2]).output_tokens, 7);
}

TEST(Scanner, ReadsACallWithoutTagsOnlyAtTheBeginning) {
  OutputSyntax syntax;
  syntax.has_calls = true;
  syntax.call = {.call_begin = "{\"name\": \"", .name_end = "\", \"parameters\": ", .call_end = "}"};
  EXPECT_EQ(read(syntax, in_answer(), R"({"name": "weather", "parameters": {"city": "Rome"}})"),
            (Blocks{call(R"({"city": "Rome"})")}));
  EXPECT_EQ(read(syntax, in_answer(), R"({"name": "Bob"})"), (Blocks{text(R"({"name": "Bob"})")}));
  EXPECT_EQ(read(syntax, in_answer(), R"(See {"name": "weather", "parameters": {}})"),
            (Blocks{text(R"(See {"name": "weather", "parameters": {}})")}));
}

}  // namespace
}  // namespace trilogue::engine::syntax
