#include "dialect/responses/custom_input.h"

#include <gtest/gtest.h>

#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::dialect::responses {
namespace {

// What comes out of arguments that come in pieces of `size` bytes.
std::string taken(std::string_view arguments, std::size_t size, bool cut = false) {
  CustomInput input;
  std::string text;
  for (std::size_t at = 0; at < arguments.size(); at += size) input.feed(arguments.substr(at, size), text);
  input.end(cut, text);
  return text;
}

void expect_taken(std::string_view arguments, std::string_view text, bool cut = false) {
  for (std::size_t size = 1; size <= arguments.size() + 1; ++size)
    EXPECT_EQ(taken(arguments, size, cut), text) << arguments << " in pieces of " << size;
}

TEST(CustomInput, is_the_string_that_the_model_wrote) {
  expect_taken(R"({"input":"a b"})", "a b");
  expect_taken(" {\n  \"input\" :\t\"\" }\n", "");
  expect_taken(R"({"input":"\"\\\/\b\f\n\r\t"})", "\"\\/\b\f\n\r\t");
  expect_taken(R"({"input":"\u0041\u00e9\u4e16\ud83d\ude00!"})", "Aé世😀!");
  expect_taken(R"({"input":"Grüße 😀"})", "Grüße 😀");
  expect_taken(R"({"other \"key\"":"x","input":"y"})", "x");
}

TEST(CustomInput, is_all_of_it_when_it_is_no_such_object) {
  for (const auto* text : {"*** Begin Patch\n", "{}", "[\"x\"]", "{\"input\": 5}", "{\"input\"", "\"x\"",
                           "{\"a\":{\"input\":\"x\"}}"})
    expect_taken(text, text);
  expect_taken("", "");
}

TEST(CustomInput, is_what_there_is_when_it_was_cut_off) {
  expect_taken(R"({"input":"half)", "half", true);
  expect_taken(R"({"input":"half\u00)", "half", true);
  expect_taken(R"({"input":"half\ud83d)", "half\xEF\xBF\xBD", true);
  expect_taken(R"({"inp)", "", true);
}

TEST(CustomInput, is_text_whatever_surrogates_were_written) {
  expect_taken(R"({"input":"\ud83d\ud83d\ude00"})", "\xEF\xBF\xBD😀");
  expect_taken(R"({"input":"\ud83dx\ude00"})", "\xEF\xBF\xBDx\xEF\xBF\xBD");
  expect_taken(R"({"input":"\ud83d\n"})", "\xEF\xBF\xBD\n");
}

TEST(CustomInput, is_text_whatever_was_no_escape) {
  expect_taken(R"({"input":"\u1g\uéx\q\é"})", "\xEF\xBF\xBDg\xEF\xBF\xBDéxqé");
  expect_taken(R"({"input":"\ud83d\u"})", "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(CustomInput, comes_back_from_its_arguments) {
  std::string all;
  for (char c = 0; c < 127; ++c) all += c;
  for (const std::string& text : {std::string(), std::string("a\"b\\c"), all, std::string("思考 😀")})
    EXPECT_EQ(taken(CustomInput::arguments_of(text), 3), text);
}

TEST(CustomInput, grows_by_whole_characters) {
  CustomInput input;
  std::string text;
  for (const char c : std::string_view(R"({"input":"\ud83d\ude00\u00e9\n"})")) {
    input.feed(std::string_view(&c, 1), text);
    EXPECT_TRUE(wire::is_valid_utf8(text));
  }
}

}  // namespace
}  // namespace trilogue::dialect::responses
