#include "app/terminal_text.h"

#include <gtest/gtest.h>

namespace trilogue::app {
namespace {

TEST(TerminalText, LeavesTextAsItIs) {
  const std::string text = "Grüße,\n\t👋 – ok ¡";
  EXPECT_EQ(shown_on_terminal(text), text);
}

TEST(TerminalText, ShowsWhatWouldCommandTheTerminal) {
  EXPECT_EQ(shown_on_terminal("\x1b]0;title\x07\x1b[2J"), "␛]0;title␇␛[2J");
  EXPECT_EQ(shown_on_terminal("a\rb\x08\x7f"), "a␍b␈␡");
  EXPECT_EQ(shown_on_terminal(std::string("a\0b", 3)), "a␀b");
  EXPECT_EQ(shown_on_terminal("\xC2\x9B"
                              "31m"),
            "\xEF\xBF\xBD"
            "31m");
}

}  // namespace
}  // namespace trilogue::app
