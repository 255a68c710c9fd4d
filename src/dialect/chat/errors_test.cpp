#include "dialect/chat/errors.h"

#include <gtest/gtest.h>

namespace trilogue::dialect::chat {
namespace {

TEST(ChatErrors, have_the_documented_status_and_type) {
  EXPECT_EQ(status_of(base::FailureKind::quota_exceeded), 402);
  EXPECT_EQ(status_of(base::FailureKind::deadline), 503);
  EXPECT_EQ(error_row(base::FailureKind::deadline).type, "timeout");
  EXPECT_EQ(error_row(base::FailureKind::unavailable).type, "service_unavailable");
}

TEST(ChatErrors, carry_the_path_in_the_message_and_as_param) {
  EXPECT_EQ(
      error_body({base::FailureKind::invalid_request, "is \"required\"", "messages[0].role", std::nullopt}),
      R"({"error":{"message":"messages[0].role: is \"required\"","type":"request_params_invalid","param":"messages[0].role","code":null}})");
  EXPECT_EQ(
      error_body({base::FailureKind::unauthenticated, "Incorrect API key provided", "", std::nullopt}),
      R"({"error":{"message":"Incorrect API key provided","type":"invalid_api_key","param":null,"code":"invalid_api_key"}})");
}

TEST(ChatErrors, have_the_codes_that_clients_act_on) {
  EXPECT_EQ(
      error_body({base::FailureKind::too_long, "too long", "messages", std::nullopt}),
      R"({"error":{"message":"messages: too long","type":"request_params_invalid","param":"messages","code":"context_length_exceeded"}})");
}

TEST(ChatErrors, are_valid_text_whatever_they_echo) {
  const auto body =
      error_body({base::FailureKind::not_found, "The model `\xff\xe2\x82` is not here", "", {}});
  EXPECT_NE(body.find("The model `\uFFFD\uFFFD` is not here"), std::string::npos) << body;
}

TEST(ChatErrors, name_the_fields_of_the_body_that_was_sent) {
  const auto path = [](std::string canonical) {
    return in_own_terms({base::FailureKind::invalid_request, "", std::move(canonical), {}}).path;
  };
  EXPECT_EQ(path("tools[2].parameters"), "tools[2].function.parameters");
  EXPECT_EQ(path("response_format"), "response_format.json_schema.schema");
  EXPECT_EQ(path("messages"), "messages");
  EXPECT_EQ(path("tool_choice"), "tool_choice");
}

}  // namespace
}  // namespace trilogue::dialect::chat
