// What a grammar costs while it is used: the library looks at every place that it could stand at for each
// token. Counted, not timed.
#include <gtest/gtest.h>

#include "engine/syntax/gbnf_matcher.h"
#include "engine/syntax/grammar.h"

namespace trilogue::engine::syntax {
namespace {

constexpr std::size_t kBearable = 40;

std::string name(int i) {
  return "prop_" + std::to_string(i);
}

template <class Each>
std::string joined(int count, Each each) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i > 0 ? "," : "") + each(i);
  return out;
}

std::string object_of(int count, const std::string& value) {
  return R"({"type":"object","properties":{)" +
         joined(count, [&](int i) { return "\"" + name(i) + "\":" + value; }) + "}}";
}

std::string list_of(int most, const std::string& item) {
  return R"({"type":"array","maxItems":)" + std::to_string(most) + R"(,"items":)" + item + "}";
}

bool is_refused(const std::string& schema) {
  const auto grammar = schema_grammar(schema, {});
  return !grammar && grammar.error().kind == base::FailureKind::invalid_request;
}

TEST(GrammarCost, StaysLowForHundredsOfOptionalProperties) {
  const GbnfMatcher matcher(*schema_grammar(object_of(300, R"({"type":"integer"})"), {}));
  const std::string text = R"({"prop_7":1, "prop_70":2,"prop_299":3})";
  ASSERT_TRUE(matcher.matches(text));
  EXPECT_LT(matcher.most_alive(text), kBearable);
  for (const char* bad : {R"({"prop_70":1,"prop_7":2})", R"({"prop_300":1})", R"({"prop_":1})"})
    EXPECT_FALSE(matcher.matches(bad)) << bad;
}

TEST(GrammarCost, StaysLowForEnumsOfHundredsOfStrings) {
  const std::string schema =
      "{\"enum\":[" + joined(400, [](int i) { return "\"value " + std::to_string(i * 7) + "\""; }) + "]}";
  const GbnfMatcher matcher(*schema_grammar(schema, {}));
  for (const char* good : {R"("value 0")", R"("value 7")", R"("value 70")", R"("value 2793")"}) {
    EXPECT_TRUE(matcher.matches(good)) << good;
    EXPECT_LT(matcher.most_alive(good), kBearable);
  }
  for (const char* bad : {R"("value 8")", R"("value ")", R"("value 2800")"})
    EXPECT_FALSE(matcher.matches(bad));
}

TEST(GrammarCost, StaysLowForTaggedCallsWithManyParameters) {
  OutputSyntax syntax;
  syntax.has_calls = true;
  syntax.call = {.style = ArgumentStyle::tagged_values,
                 .call_begin = "<call>",
                 .name_end = ">",
                 .call_end = "</call>",
                 .parameter_begin = "<p=",
                 .parameter_name_end = ">",
                 .parameter_end = "</p>"};
  const canon::Tool tool{
      .name = "t", .description = "", .parameters = object_of(300, R"({"type":"string"})"), .strict = true};
  const GbnfMatcher matcher(*call_grammar({tool}, {}, syntax));
  const std::string text = "<call>t><p=prop_1>a</p><p=prop_11>b</p><p=prop_299>c</p></call>";
  ASSERT_TRUE(matcher.matches(text));
  EXPECT_LT(matcher.most_alive(text), kBearable);
  EXPECT_FALSE(matcher.matches("<call>t><p=prop_11>a</p><p=prop_1>b</p></call>"));
}

TEST(GrammarCost, LetsALooseToolWithTooLargeASchemaTakeAnyObjectBesideOthers) {
  OutputSyntax syntax;
  syntax.has_calls = true;
  syntax.call = {.call_begin = "<call>", .name_end = " ", .call_end = "</call>"};
  std::vector<canon::Tool> tools{
      {.name = "large", .description = "", .parameters = object_of(6000, "{}"), .strict = false},
      {.name = "small", .description = "", .parameters = object_of(2, R"({"type":"null"})"), .strict = true}};
  const auto grammar = call_grammar(tools, {}, syntax);
  ASSERT_TRUE(grammar) << grammar.error().message;
  const GbnfMatcher matcher(*grammar);
  EXPECT_TRUE(matcher.matches(R"(<call>large {"any":["thing"]}</call>)"));
  EXPECT_TRUE(matcher.matches(R"(<call>small {"prop_1":null}</call>)"));
  EXPECT_FALSE(matcher.matches(R"(<call>small {"any":1}</call>)"));
  tools[0].strict = true;
  EXPECT_FALSE(call_grammar(tools, {}, syntax));
}

TEST(GrammarCost, KeepsCharactersWholeWhereNamesDiffer) {
  const GbnfMatcher matcher(*schema_grammar(R"({"enum":["ä","ö","öl","a\"b","a\\b"]})", {}));
  for (const char* good : {R"("ä")", R"("ö")", R"("öl")", R"("a\"b")", R"("a\\b")"})
    EXPECT_TRUE(matcher.matches(good)) << good;
  EXPECT_FALSE(matcher.matches(R"("ü")"));
}

TEST(GrammarCost, IsRefusedAboveWhatTheLibraryCanCarry) {
  std::string distinct;
  for (int i = 0; i < 600; ++i) {
    distinct += i > 0 ? ",\"" : "\"";
    distinct += {static_cast<char>(0xE4 + i / 64 / 64), static_cast<char>(0x80 + i / 64),
                 static_cast<char>(0x80 + i % 64), '"'};
  }
  EXPECT_TRUE(is_refused("{\"enum\":[" + distinct + "]}"));
  const auto choice = [](int count) {
    return "{\"anyOf\":[" + joined(count, [](int i) { return object_of(i + 1, "{}"); }) + "]}";
  };
  EXPECT_FALSE(is_refused(choice(30)));
  EXPECT_TRUE(is_refused("{\"anyOf\":[" + joined(20, [&](int) { return choice(15); }) + "]}"));
  EXPECT_FALSE(is_refused(object_of(20, list_of(1000, "{}"))));
  EXPECT_TRUE(is_refused(object_of(200, list_of(1000, "{}"))));
}

}  // namespace
}  // namespace trilogue::engine::syntax
