#include "engine/llama/template.h"

#include <gtest/gtest.h>

namespace trilogue::engine::llama {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHello = R"({"messages":[{"role":"user","content":"Hello"}]})";

base::Result<std::string> rendered(std::string_view source, std::chrono::milliseconds patience = 20s) {
  return Template::parse(source, "", "")->render(kHello, patience);
}

TEST(Template, RendersLoopsMacrosAndBranches) {
  const auto text = rendered(
      "{% macro shown(m) %}<{{ m.role }}>{% endmacro %}"
      "{% for m in messages %}{% if m.content %}{{ shown(m) }}{{ m.content }}{% endif %}{% endfor %}"
      "{% set note %}{% for i in range(3) %}{{ i }}{% endfor %}{% endset %}[{{ note }}]");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "<user>Hello[012]");
}

// The library tries a template out with messages of its own when it is read, so this one waits for ours.
TEST(Template, EndsALoopThatTakesTooLong) {
  const auto endless = rendered(
      "{% if messages[0].content == 'Hello' %}{% for i in range(100000) %}{% for j in range(100000) %}"
      "{% endfor %}{% endfor %}{% endif %}",
      50ms);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().kind, base::FailureKind::invalid_request);
  EXPECT_NE(endless.error().message.find("it takes too long"), std::string::npos) << endless.error().message;
}

// Also while it is read.
TEST(Template, EndsAMacroThatCallsItself) {
  const auto deep = rendered("{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}{{ again(0) }}");
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().message.find("it calls itself too often"), std::string::npos)
      << deep.error().message;
}

}  // namespace
}  // namespace trilogue::engine::llama
