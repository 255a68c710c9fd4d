#include "engine/syntax/value_kind.h"

#include <gtest/gtest.h>

#include <chrono>

namespace trilogue::engine::syntax {
namespace {

std::string argument(const std::string& schema, std::string_view name, std::string_view raw) {
  return ParameterKinds(schema).json_of(name, raw);
}

TEST(ValueKind, TellsStringsFromNumbersBySchema) {
  const std::string schema =
      R"({"properties":{"s":{"type":"string"},"i":{"type":"integer"},"b":{"enum":["x",1]}}})";
  EXPECT_EQ(argument(schema, "s", "12"), R"("12")");
  EXPECT_EQ(argument(schema, "i", "12"), "12");
  EXPECT_EQ(argument(schema, "b", "1"), "1");
  EXPECT_EQ(argument(schema, "unnamed", "12"), "12");
  EXPECT_EQ(argument(schema, "unnamed", "twelve"), R"("twelve")");
}

TEST(ValueKind, TakesOnlyWhatFitsForMoreThanAString) {
  const auto read = [](const std::string& property, std::string_view raw) {
    return argument(R"({"properties":{"v":)" + property + "}}", "v", raw);
  };
  const std::string nullable = R"({"type":["string","null"]})";
  EXPECT_EQ(read(nullable, "7"), R"("7")");
  EXPECT_EQ(read(nullable, "null"), "null");
  EXPECT_EQ(read(nullable, "true"), R"("true")");
  EXPECT_EQ(read(R"({"anyOf":[{"type":"string"},{"type":"integer","maximum":5}]})", "5"), "5");
  EXPECT_EQ(read(R"({"anyOf":[{"type":"string"},{"type":"integer","maximum":5}]})", "7"), R"("7")");
  EXPECT_EQ(read(R"({"type":["string","integer"]})", "7.5"), R"("7.5")");
  EXPECT_EQ(read(R"({"enum":["1",2,null]})", "1"), R"("1")");
  EXPECT_EQ(read(R"({"enum":["1",2,null]})", "2"), "2");
  EXPECT_EQ(read(R"({"type":["string","array"],"items":{"type":"string"}})", R"(["a"])"), R"(["a"])");
  EXPECT_EQ(read(R"({"type":["string","array"],"items":{"type":"string"}})", "[1]"), R"("[1]")");
}

TEST(ValueKind, TakesUnnamedParametersByAdditionalProperties) {
  EXPECT_EQ(argument(R"({"additionalProperties":{"type":"string"}})", "x", "12"), R"("12")");
  EXPECT_EQ(argument(R"({"additionalProperties":{"type":"integer"}})", "x", "12"), "12");
  EXPECT_EQ(argument(R"({"additionalProperties":true})", "x", "12"), "12");
  EXPECT_EQ(argument(R"({"additionalProperties":{"type":"string"},"properties":{"n":{"type":"integer"}}})",
                     "n", "12"),
            "12");
}

TEST(ValueKind, FollowsReferencesAndAllOfFromTheOutermostLevel) {
  const std::string object = R"({"properties":{"s":{"type":"string"}}})";
  EXPECT_EQ(argument(R"({"$ref":"#/$defs/o","$defs":{"o":)" + object + "}}", "s", "12"), R"("12")");
  EXPECT_EQ(argument(R"({"allOf":[{},)" + object + "]}", "s", "12"), R"("12")");
}

TEST(ValueKind, GivesUpSoonOnReferencesThatMultiply) {
  std::string many = R"({"$ref":"#/$defs/x"})";
  for (int i = 0; i < 300; ++i) many += R"(,{"$ref":"#/$defs/x"})";
  const std::string schema =
      R"({"properties":{"a":{"$ref":"#/$defs/x"}},"allOf":[{"$ref":"#"},{"$ref":"#"}],)"
      R"("$defs":{"x":{"anyOf":[)" +
      many + "]}}}";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(ParameterKinds(schema).of("a"), ValueKind::either);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace trilogue::engine::syntax
