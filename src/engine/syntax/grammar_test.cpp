#include "engine/syntax/grammar.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "engine/syntax/gbnf_matcher.h"
#include "wire/json_writer.h"

namespace trilogue::engine::syntax {
namespace {

bool fits(const std::string& schema, const std::string& value) {
  const auto grammar = schema_grammar(schema, {});
  EXPECT_TRUE(grammar) << schema << ": " << (grammar ? "" : grammar.error().message);
  return grammar && GbnfMatcher(*grammar).matches(value);
}

void expect(const std::string& schema, std::vector<std::string> good, std::vector<std::string> bad) {
  for (const std::string& value : good) EXPECT_TRUE(fits(schema, value)) << schema << " refuses " << value;
  for (const std::string& value : bad) EXPECT_FALSE(fits(schema, value)) << schema << " takes " << value;
}

std::string with_pattern(const std::string& part, int times) {
  std::string pattern;
  for (int i = 0; i < times; ++i) pattern += part;
  return R"({"type":"string","pattern":")" + pattern + R"("})";
}

bool is_refused(const std::string& schema) {
  const auto begin = std::chrono::steady_clock::now();
  const auto grammar = schema_grammar(schema, {});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  return !grammar && grammar.error().kind == base::FailureKind::invalid_request;
}

TEST(Grammar, HoldsObjectsToTheirProperties) {
  expect(
      R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"null"}},"required":["b"]})",
      {R"({"a":"x","b":1,"c":null})", R"({"b":1})", R"({"a":"","b":-7})", R"({ "b": 1 })",
       R"({"b":0,"c":null})"},
      {"{}", R"({"a":"x"})", R"({"b":1,"a":"x"})", R"({"b":"1"})", R"({"b":1,})", R"({"b":1,"d":2})",
       R"({"a":"x""b":1})"});
}

TEST(Grammar, AllowsFurtherMembersOnlyWhereTheSchemaDoes) {
  expect(
      R"({"type":"object","properties":{"ab":{"type":"integer"}},"additionalProperties":{"type":"boolean"}})",
      {"{}", R"({"ab":1})", R"({"ab":1,"a":true})", R"({"abc":false,"x":true})"},
      {R"({"ab":true})", R"({"a":1})"});
  expect(R"({"type":"object"})", {"{}", R"({"a":[1,{"b":null}]})"}, {"[]", "1"});
}

TEST(Grammar, DemandsRequiredMembersThatAreNotDescribed) {
  expect(R"({"type":"object","required":["x"]})", {R"({"x":1})", R"({"x":{},"y":2})"},
         {"{}", R"({"y":1})", R"({"x":1,"x":2})"});
  expect(R"({"type":"object","required":["x"],"additionalProperties":{"type":"integer"}})",
         {R"({"x":1,"y":2})"}, {R"({"x":"a"})", "{}"});
  expect(R"({"type":"object","properties":{"a":{"type":"integer"}},"required":["x"]})",
         {R"({"x":"any"})", R"({"a":1,"x":null})"}, {R"({"a":1})", R"({"x":1,"y":2})"});
}

TEST(Grammar, HoldsListsToTheirItems) {
  expect(R"({"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":3})",
         {"[true]", "[true, false,true]"}, {"[]", "[1]", "[true,true,true,true]", "[true,]"});
  expect(R"({"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":false})",
         {R"([1,"a"])"}, {"[1]", R"([1,"a",2])"});
  expect(R"({"type":"array","items":{"type":"integer"}})", {"[]", "[1,2]"}, {R"(["a"])"});
  expect(R"({"type":"array","items":{"type":"integer"},"maxItems":0})", {"[]"}, {"[1]"});
}

TEST(Grammar, ReadsTuplesOfOlderDrafts) {
  const std::string pair = R"({"type":"array","items":[{"type":"string"},{"type":"number"}])";
  expect(pair + "}", {R"(["a",1.5])"}, {R"(["a"])", R"([1,"a"])", R"(["a",1,2])"});
  expect(pair + R"(,"additionalItems":false})", {R"(["a",1])"}, {R"(["a",1,2])"});
  expect(pair + R"(,"additionalItems":{"type":"null"}})", {R"(["a",1])", R"(["a",1,null,null])"},
         {R"(["a",1,2])"});
}

TEST(Grammar, TakesEnumsAndConstantsWordForWord) {
  expect(R"({"enum":["a\"b","c\nd",7,null]})", {R"("a\"b")", R"("c\nd")", "7", "null"}, {R"("a")", "8"});
  expect(R"({"const":{"x":[1]}})", {R"({"x":[1]})"}, {R"({"x":[2]})"});
}

TEST(Grammar, KeepsWholeNumbersWithinLimits) {
  const std::vector<std::pair<int, int>> limits{{0, 9},     {1, 10},    {7, 123}, {-5, 5},
                                                {-120, -7}, {99, 1001}, {0, 0},   {-1000, 0}};
  for (const auto& [low, high] : limits) {
    const std::string schema = R"({"type":"integer","minimum":)" + std::to_string(low) + R"(,"maximum":)" +
                               std::to_string(high) + "}";
    const GbnfMatcher matcher(*schema_grammar(schema, {}));
    for (int n = -1100; n <= 1100; ++n) {
      EXPECT_EQ(matcher.matches(std::to_string(n)), n >= low && n <= high) << schema << " and " << n;
    }
  }
  expect(R"({"type":"integer","minimum":42})", {"42", "99", "100", "123456789"}, {"41", "9", "042", "-43"});
  expect(R"({"type":"integer","exclusiveMaximum":10})", {"9", "-5", "-100", "0"}, {"10", "11"});
  expect(R"({"type":"integer","maximum":-5})", {"-5", "-6", "-100"}, {"-4", "0", "5"});
}

TEST(Grammar, KeepsNumbersWithinLimits) {
  expect(R"({"type":"number","minimum":0,"maximum":1})", {"0", "0.5", "1", "1.0", "0.0"},
         {"1.1", "-0.5", "2", "10"});
  expect(R"({"type":"number","exclusiveMinimum":0})", {"0.1", "1", "12.5"}, {"0", "0.0", "-1"});
  expect(R"({"type":"number","minimum":-10,"maximum":-2})", {"-10", "-2", "-2.5", "-10.0"},
         {"-1.5", "-10.5", "3"});
  expect(R"({"type":"number"})", {"1e5", "-0.25", "0"}, {"01", ".5", "1."});
}

TEST(Grammar, HoldsStringsToLengthFormatAndPattern) {
  expect(R"({"type":"string","minLength":2,"maxLength":4})", {R"("ab")", R"("äöüß")", R"("\n\n")"},
         {R"("a")", R"("abcde")"});
  expect(R"({"type":"string","minLength":150,"maxLength":250})",
         {"\"" + std::string(150, 'x') + "\"", "\"" + std::string(250, 'x') + "\""},
         {"\"" + std::string(149, 'x') + "\"", "\"" + std::string(251, 'x') + "\""});
  expect(R"({"type":"string","format":"date"})", {R"("2026-11-20")"}, {R"("2026-13-20")", R"("20.11.2026")"});
  expect(R"({"type":"string","format":"date-time"})",
         {R"("2026-11-20T10:00:00Z")", R"("2026-11-20T10:00:00.5+02:00")"}, {R"("2026-11-20")"});
  expect(R"({"type":"string","format":"uuid"})", {R"("123e4567-e89b-12d3-a456-426614174000")"},
         {R"("123e4567")"});
  expect(R"({"type":"string","format":"strange"})", {R"("any")"}, {});
  expect(R"({"type":"string","pattern":"^[A-Z]{2}-\\d+$"})", {R"("AB-1")", R"("XY-1234")"},
         {R"("AB-")", R"("ab-1")", R"("AB-1x")"});
  expect(R"({"type":"string","pattern":"cat|dog"})", {R"("cat")", R"("hotdogs")"}, {R"("cow")"});
  expect(R"x({"type":"string","pattern":"^(\\w+\\.)*\\w+@[^@\"]+$"})x", {R"("a.b@c.de")"},
         {R"("a@b@c")", R"("@x")"});
}

void expect_format(const std::string& format, std::vector<std::string> good, std::vector<std::string> bad) {
  for (auto* values : {&good, &bad}) {
    for (std::string& value : *values) value = "\"" + value + "\"";
  }
  expect(R"({"type":"string","format":")" + format + R"("})", std::move(good), std::move(bad));
}

TEST(Grammar, HoldsStringsToTheFormsOfTheNet) {
  expect_format("email", {"a@b.co", "first.o'last+tag@mail.example.org"},
                {"a", "a@b", "@b.co", ".a@b.co", "a..b@c.de", "a@b..de", "a b@c.de", "a'@b.co"});
  expect_format("hostname", {"localhost", "a-b.example.org", "10.host"},
                {"", "-a.org", "a-.org", "a..b", "a_b"});
  expect_format("ipv4", {"0.0.0.0", "192.168.1.255"}, {"256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4"});
  expect_format(
      "ipv6", {"::", "::1", "1::", "fe80::1:2", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"},
      {":", ":::", "1", "1:2:3:4:5:6:7", "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8"});
  expect_format(
      "uri",
      {"https://example.org", "http://u:p@localhost:8080/a%20b?q=1&r=/#top", "ftp://10.0.0.1/x",
       "postgres://db.internal:5432/main", "mailto:a@b.co", "urn:isbn:0451450523", "file:///etc/hosts"},
      {"example.org", "https://", "https:example.org", "https://a b", "http://1.2.3", "http://a/#b#c"});
}

TEST(Grammar, HoldsDatesToTheCalendar) {
  expect_format("date", {"2026-02-28", "2024-02-29", "2026-04-30", "2026-12-31"},
                {"2026-02-29", "2026-02-31", "2026-04-31", "2026-13-01", "2026-00-10", "2026-1-1"});
  expect_format("uuid", {"123e4567-e89b-12d3-a456-426614174000"}, {"123e4567-e89b-02d3-a456-426614174000"});
}

TEST(Grammar, HoldsDurationsToTheirForm) {
  expect_format("duration",
                {"P1Y", "P1Y2M3D", "P2W", "PT1H", "PT1H30M", "PT5S", "P1DT12H", "P1Y3D", "PT1H5S"},
                {"P", "PT", "P1", "1D", "P1DT", "P1M1Y", "P1W1D", "PT1S1M", "P1S"});
}

TEST(Grammar, TakesAFormatForAPatternThatItCannotHold) {
  const std::string ahead = R"("pattern":"^P(?=\\d|T\\d)(\\d+Y)?$")";
  expect(R"({"type":"string","format":"duration",)" + ahead + "}", {R"("P1Y")"}, {R"("P")", R"("x")"});
  expect(R"({"type":"string","format":"email","pattern":"@b\\.co$"})", {R"("a@b.co")"},
         {R"("x")", R"("a@c.de")"});
  EXPECT_TRUE(is_refused(R"({"type":"string",)" + ahead + "}"));
}

TEST(Grammar, HoldsAFormatToLengthsOrRefusesThem) {
  const auto limited = [](const std::string& format, const std::string& lengths) {
    return R"({"type":"string","format":")" + format + "\"," + lengths + "}";
  };
  expect(limited("date", R"("minLength":10,"maxLength":10)"), {R"("2026-11-20")"}, {R"("2026-11-2")"});
  expect(limited("email", R"("maxLength":255)"), {R"("jo.o@mail.example.org")"}, {R"("jo")"});
  const std::string at_limit = std::string(20, 'a') + "@" + std::string(20, 'b') + ".museum";
  expect(limited("email", R"("maxLength":48)"), {"\"" + at_limit + "\""}, {"\"a" + at_limit + "\""});
  const std::string page = "https://example.org/";
  expect(limited("uri", R"("maxLength":200)"),
         {"\"" + page + "\"", "\"" + page + std::string(74, 'p') + "\"", R"("http://a.bc")"},
         {"\"" + page + std::string(75, 'p') + "\"", R"("mailto:me")"});
  for (const auto* lengths : {R"("maxLength":3)", R"("minLength":11)"})
    EXPECT_TRUE(is_refused(limited("date", lengths))) << lengths;
  EXPECT_TRUE(is_refused(limited("email", R"("maxLength":47)")));
  EXPECT_TRUE(is_refused(limited("uri", R"("maxLength":125)")));
  EXPECT_TRUE(is_refused(limited("hostname", R"("pattern":"^[a-z]{6}$","maxLength":3)")));
}

TEST(Grammar, SaysWhyInOneSentence) {
  const auto grammar = schema_grammar(with_pattern("(?!x)", 1), {});
  ASSERT_FALSE(grammar);
  EXPECT_EQ(grammar.error().message,
            "The schema cannot be used: the pattern cannot be used: a group with a question mark.");
}

TEST(Grammar, CombinesSchemas) {
  expect(R"({"anyOf":[{"type":"integer"},{"type":"null"}]})", {"1", "null"}, {"true"});
  expect(R"({"type":["string","null"]})", {R"("a")", "null"}, {"1"});
  expect(R"({"type":"integer","nullable":true})", {"1", "null"}, {"true"});
  expect(
      R"({"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"properties":{"b":{"type":"integer"}}}]})",
      {R"({"a":1})", R"({"a":1,"b":2})"}, {R"({"b":2})"});
  expect(
      R"({"type":"object","properties":{"k":{"type":"integer"}},"required":["k"],"oneOf":[{"properties":{"x":{"type":"integer"}},"required":["x"]},{"properties":{"y":{"type":"integer"}},"required":["y"]}]})",
      {R"({"k":1,"x":2})", R"({"k":1,"y":2})"}, {R"({"k":1})", R"({"x":1})"});
}

TEST(Grammar, FollowsReferencesThatRecur) {
  expect(
      R"({"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":{"v":{"type":"integer"},"kids":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["v"]}}})",
      {R"({"v":1})", R"({"v":1,"kids":[{"v":2,"kids":[{"v":3}]}]})"},
      {R"({"kids":[]})", R"({"v":1,"kids":[{}]})"});
}

TEST(Grammar, RefusesWhatItCannotHold) {
  const std::vector<std::string> schemas{
      R"x({"type":"string","pattern":"(?!x)"})x",
      R"x({"type":"string","pattern":"(((a{50}){50}){50})"})x",
      with_pattern("(a?){0,100}", 50),
      with_pattern(".*", 200),
      R"x({"type":"string","pattern":"a\\b"})x",
      R"x({"type":"string","pattern":"(a"})x",
      R"x({"type":"string","pattern":"[a"})x",
      R"x({"type":"string","pattern":"a**"})x",
      R"({"$ref":"#"})",
      R"({"anyOf":[{"$ref":"#"}]})",
      R"({"$ref":"http://x/y"})",
      R"({"$ref":"#/$defs/none"})",
      R"({"allOf":[{"$ref":"#"}],"type":"object"})",
      R"({"type":"strange"})",
      R"({"enum":[]})",
      R"({"not":{}})",
      R"({"type":"object","required":["a"],"properties":{},"additionalProperties":false})",
      R"({"type":"integer","minimum":5,"maximum":4})",
      R"({"type":"array","minItems":100000000})",
      "7",
      R"({"type":)"};
  for (const std::string& schema : schemas) EXPECT_TRUE(is_refused(schema)) << schema;
}

TEST(Grammar, RefusesBombsQuickly) {
  std::string deep = "{\"type\":\"string\",\"pattern\":\"";
  deep += std::string(100'000, '(') + "a" + std::string(100'000, ')') + "\"}";
  EXPECT_TRUE(is_refused(deep));
  std::string nested;
  for (int i = 0; i < 200; ++i) nested += R"({"type":"array","items":)";
  EXPECT_TRUE(is_refused(nested + "{}" + std::string(200, '}')));
  std::string shallow;
  for (int i = 0; i < 60; ++i) shallow += R"({"type":"array","items":)";
  EXPECT_FALSE(is_refused(shallow + "{}" + std::string(60, '}')));
  std::string doubling = R"({"$defs":{"a0":{"type":"integer"})";
  for (int i = 1; i < 40; ++i) {
    const std::string last = std::to_string(i - 1);
    doubling += ",\"a" + std::to_string(i) + R"(":{"allOf":[{"$ref":"#/$defs/a)" + last +
                R"("},{"$ref":"#/$defs/a)" + last + "\"}]}";
  }
  EXPECT_TRUE(is_refused(doubling + R"(},"$ref":"#/$defs/a39"})"));
  std::string wide = R"({"enum":["x")";
  for (int i = 0; i < 60'000; ++i) wide += ",\"" + std::to_string(i) + "\"";
  EXPECT_TRUE(is_refused(wide + "]}"));
}

CallSyntax step_calls() {
  CallSyntax call;
  call.style = ArgumentStyle::tagged_values;
  call.call_begin = "<tool_call>\n<function=";
  call.name_end = ">\n";
  call.call_end = "</function>\n</tool_call>";
  call.between = "\n";
  call.parameter_begin = "<parameter=";
  call.parameter_name_end = ">\n";
  call.parameter_end = "\n</parameter>\n";
  return call;
}

OutputSyntax with(CallSyntax call) {
  OutputSyntax syntax;
  syntax.has_calls = true;
  syntax.call = std::move(call);
  return syntax;
}

const std::vector<canon::Tool> kTools{
    {.name = "weather",
     .description = "",
     .parameters =
         R"({"type":"object","properties":{"city":{"type":"string"},"unit":{"type":"string","enum":["C","F"]},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city"]})",
     .strict = false},
    {.name = "now", .description = "", .parameters = "", .strict = false}};

std::string tagged(const std::string& name, const std::vector<std::pair<std::string, std::string>>& values) {
  std::string text = "<tool_call>\n<function=" + name + ">\n";
  for (const auto& [key, value] : values) text += "<parameter=" + key + ">\n" + value + "\n</parameter>\n";
  return text + "</function>\n</tool_call>";
}

TEST(Grammar, HoldsTaggedCallsToTheirSchemas) {
  const GbnfMatcher matcher(*call_grammar(kTools, {}, with(step_calls())));
  for (const auto& good : {tagged("now", {}), tagged("weather", {{"city", "Rome"}}),
                           tagged("weather", {{"city", "a < b\n</para \"x\""}, {"unit", "C"}, {"days", "7"}}),
                           tagged("now", {}) + "\n" + tagged("weather", {{"city", ""}})}) {
    EXPECT_TRUE(matcher.matches(good)) << good;
  }
  for (const auto& bad :
       {tagged("never", {}), tagged("weather", {}), tagged("weather", {{"city", "x"}, {"unit", "Reyk"}}),
        tagged("weather", {{"city", "x"}, {"days", "8"}}), tagged("now", {}) + " and",
        tagged("weather", {{"city", "x</parameter>y"}})}) {
    EXPECT_FALSE(matcher.matches(bad)) << bad;
  }
}

canon::Tool tool_with(const std::string& parameters, bool strict) {
  return {.name = "t", .description = "", .parameters = parameters, .strict = strict};
}

void expect_tagged(const std::string& parameters,
                   const std::vector<std::vector<std::pair<std::string, std::string>>>& good,
                   const std::vector<std::vector<std::pair<std::string, std::string>>>& bad) {
  const auto grammar = call_grammar({tool_with(parameters, true)}, {}, with(step_calls()));
  ASSERT_TRUE(grammar) << grammar.error().message;
  const GbnfMatcher matcher(*grammar);
  for (const auto& values : good) EXPECT_TRUE(matcher.matches(tagged("t", values))) << tagged("t", values);
  for (const auto& values : bad) EXPECT_FALSE(matcher.matches(tagged("t", values))) << tagged("t", values);
}

TEST(Grammar, HoldsFurtherTaggedParametersToTheirSchema) {
  expect_tagged(R"({"type":"object","additionalProperties":{"type":"integer"}})",
                {{}, {{"vacuum", "12"}}, {{"a", "1"}, {"b-c.d", "-2"}}},
                {{{"vacuum", "docsTip"}}, {{"", "1"}}, {{"a b", "1"}}});
  expect_tagged(R"({"type":"object","additionalProperties":{"type":"string","enum":["on","off"]}})",
                {{{"x", "on"}}}, {{{"x", "maybe"}}});
  expect_tagged(R"({"type":"object","additionalProperties":{"type":"string"}})", {{{"x", "any 1"}}}, {});
}

TEST(Grammar, TakesNoDeclaredTaggedParameterForAFurtherOne) {
  const std::string properties = R"({"type":"object","properties":{"day":{"type":"integer"}})";
  for (const std::string more : {"true", R"({"type":"string"})"}) {
    expect_tagged(properties + ",\"additionalProperties\":" + more + "}",
                  {{{"day", "1"}, {"dax", "x"}, {"days", "y"}, {"d", "z"}}, {{"other", "w"}}},
                  {{{"day", "x"}}, {{"d", "z"}, {"day", "x"}}});
  }
}

TEST(Grammar, OffersNoFurtherTaggedParametersWhereAToolSaysNothingOfThem) {
  expect_tagged(R"({"type":"object","properties":{"a":{"type":"string"}}})", {{}, {{"a", "x"}}},
                {{{"b", "x"}}, {{"a", "x"}, {"b", "x"}}});
  expect_tagged(R"({"type":"object","properties":{}})", {{}, {{"b", "x"}}}, {});
  expect_tagged(R"({"type":"object","required":["b"]})", {{{"b", "x"}}, {{"b", "x"}, {"c", "y"}}},
                {{}, {{"c", "y"}}});
}

TEST(Grammar, HoldsTaggedValuesOfSeveralKinds) {
  const auto of = [](const std::string& schema) {
    return R"({"type":"object","properties":{"v":)" + schema + "}}";
  };
  expect_tagged(of(R"({"anyOf":[{"type":"string","enum":["a","b"]},{"const":"c"}]})"),
                {{{"v", "a"}}, {{"v", "c"}}}, {{{"v", "d"}}, {{"v", "\"a\""}}, {{"v", ""}}});
  expect_tagged(of(R"({"anyOf":[{"enum":["a"]},{"type":"null"}]})"), {{{"v", "a"}}, {{"v", "null"}}},
                {{{"v", "b"}}, {{"v", "7"}}});
  expect_tagged(of(R"({"type":["string","null"],"pattern":"^[0-9]+$"})"), {{{"v", "7"}}, {{"v", "null"}}},
                {{{"v", "x"}}});
  expect_tagged(of(R"({"type":["string","null"]})"), {{{"v", "any 7"}}, {{"v", "null"}}}, {});
  expect_tagged(of(R"({"oneOf":[{"type":"integer"},{"type":"boolean"}]})"), {{{"v", "7"}}, {{"v", "true"}}},
                {{{"v", "x"}}});
}

TEST(Grammar, TypesTaggedParametersThatAReferenceOrAnAllOfNames) {
  const std::string object = R"({"type":"object","properties":{"n":{"type":"integer"}}})";
  for (const std::string& schema :
       {R"({"$ref":"#/$defs/o","$defs":{"o":)" + object + "}}", R"({"allOf":[)" + object + "]}"}) {
    expect_tagged(schema, {{{"n", "7"}}}, {{{"n", "seven"}}});
  }
}

TEST(Grammar, StopsBetweenTwoToolsWhenNobodyWaits) {
  int asked = 0;
  const auto wanted = [&asked] { return ++asked < 2; };
  const auto grammar = call_grammar(kTools, {.wanted = wanted}, with(step_calls()));
  ASSERT_FALSE(grammar);
  EXPECT_EQ(grammar.error().kind, base::FailureKind::cancelled);
}

TEST(Grammar, HoldsJsonCallsToTheirSchemas) {
  CallSyntax call;
  call.call_begin = "<tool_call>\n{\"name\": \"";
  call.name_end = "\", \"arguments\": ";
  call.call_end = "}\n</tool_call>";
  call.between = "\n";
  const GbnfMatcher one(*required_call_grammar(kTools, {.parallel = false, .only = "weather"}, with(call)));
  const std::string good =
      "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Rome\", \"unit\": "
      "\"F\"}}\n</tool_call>";
  EXPECT_TRUE(one.matches(good));
  EXPECT_TRUE(one.matches("\n" + good));
  EXPECT_FALSE(one.matches(good + "\n" + good));
  EXPECT_FALSE(one.matches("<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>"));
}

TEST(Grammar, LetsALooseToolTakeAnyObjectAndRefusesAStrictOne) {
  canon::Tool tool{.name = "t",
                   .description = "",
                   .parameters = R"({"type":"object","properties":{"a":{"not":{}}}})",
                   .strict = false};
  const auto loose = call_grammar({tool}, {}, with(step_calls()));
  ASSERT_TRUE(loose);
  EXPECT_TRUE(GbnfMatcher(*loose).matches(tagged("t", {{"anything", "goes"}})));
  tool.strict = true;
  const auto strict = call_grammar({tool}, {}, with(step_calls()));
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().path, "tools[0].parameters");
}

TEST(Grammar, LetsAnAnswerBeJsonOrACall) {
  const auto grammar = json_or_call_grammar(canon::JsonObject{}, kTools, {}, with(step_calls()));
  ASSERT_TRUE(grammar);
  const GbnfMatcher matcher(*grammar);
  EXPECT_TRUE(matcher.matches(R"({"a": 1})"));
  EXPECT_TRUE(matcher.matches(tagged("now", {})));
  EXPECT_FALSE(matcher.matches("Well"));
}

// Random schemas and values that fit them.
class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}
  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  // Gives the schema; appends a value to `value`.
  std::string make(int depth, std::string& value) {
    switch (pick(depth > 3 ? 5 : 8)) {
      case 0:
        return value += pick(2) ? "true" : "false", R"({"type":"boolean"})";
      case 1:
        return value += "null", R"({"type":["integer","null"]})";
      case 2:
        return make_integer(value);
      case 3:
        return make_string(value);
      case 4:
        return make_enum(value);
      case 5:
        return make_array(depth, value);
      case 6:
        return make_choice(depth, value);
      default:
        return make_object(depth, value);
    }
  }

 private:
  std::string make_integer(std::string& value) {
    const int low = pick(2000) - 1000;
    const int high = low + pick(500);
    value += std::to_string(low + pick(high - low + 1));
    return R"({"type":"integer","minimum":)" + std::to_string(low) + R"(,"maximum":)" + std::to_string(high) +
           "}";
  }
  std::string make_string(std::string& value) {
    static const std::vector<std::string> kLetters{"a", "ß", "\\n", "\\\"", "👋", "\\u00e4", " "};
    const int length = pick(8);
    value += '"';
    for (int i = 0; i < length; ++i) value += kLetters[static_cast<std::size_t>(pick(7))];
    value += '"';
    return R"({"type":"string","minLength":)" + std::to_string(pick(length + 1)) + R"(,"maxLength":)" +
           std::to_string(length + pick(3)) + "}";
  }
  std::string make_enum(std::string& value) {
    const std::vector<std::string> values{R"("x y")", "3", "null", R"("q\"")"};
    value += values[static_cast<std::size_t>(pick(4))];
    return R"({"enum":["x y",3,null,"q\""]})";
  }
  std::string make_array(int depth, std::string& value) {
    std::string item;
    const std::string schema = make(depth + 1, item);
    const int count = pick(4);
    value += '[';
    for (int i = 0; i < count; ++i) value += (i > 0 ? ", " : "") + item;
    value += ']';
    return R"({"type":"array","items":)" + schema + R"(,"minItems":)" + std::to_string(pick(count + 1)) +
           R"(,"maxItems":)" + std::to_string(count + pick(3)) + "}";
  }
  std::string make_choice(int depth, std::string& value) {
    std::string other;
    const std::string first = make(depth + 1, other);
    const std::string second = make(depth + 1, value);
    return R"({"anyOf":[)" + first + "," + second + "]}";
  }
  std::string make_object(int depth, std::string& value) {
    std::string properties;
    std::string required;
    std::string members;
    for (int i = 0; i < pick(5); ++i) {
      const std::string name = "\"k" + std::to_string(i) + "\"";
      std::string member;
      properties += (properties.empty() ? "" : ",") + name + ":" + make(depth + 1, member);
      const bool needed = pick(2) == 0;
      if (needed) required += (required.empty() ? "" : ",") + name;
      if (needed || pick(2) == 0) members += (members.empty() ? "" : ", ") + name + ": " + member;
    }
    value += "{" + members + "}";
    return R"({"type":"object","properties":{)" + properties + R"(},"required":[)" + required +
           R"(],"additionalProperties":false})";
  }

  std::mt19937 random_;
};

TEST(Grammar, TakesEveryValueThatFitsARandomSchema) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::string value;
    const std::string schema = Maker(seed).make(0, value);
    const auto grammar = schema_grammar(schema, {});
    ASSERT_TRUE(grammar) << schema;
    const GbnfMatcher matcher(*grammar);
    EXPECT_TRUE(matcher.matches(value)) << schema << "\nrefuses\n" << value;
    EXPECT_FALSE(matcher.matches(value + "x"));
    EXPECT_FALSE(matcher.matches(value.substr(0, value.size() - 1) + "\x01"));
  }
}

}  // namespace
}  // namespace trilogue::engine::syntax
