#include "dialect/messages/errors.h"

#include <gtest/gtest.h>

#include "dialect/messages/own_terms.h"

namespace trilogue::dialect::messages {
namespace {

using base::FailureKind;

TEST(MessagesErrors, have_the_documented_status_and_type) {
  const std::vector<std::pair<FailureKind, std::pair<int, std::string_view>>> rows{
      {FailureKind::invalid_request, {400, "invalid_request_error"}},
      {FailureKind::unauthenticated, {401, "authentication_error"}},
      {FailureKind::quota_exceeded, {402, "billing_error"}},
      {FailureKind::forbidden, {403, "permission_error"}},
      {FailureKind::not_found, {404, "not_found_error"}},
      {FailureKind::method_not_allowed, {405, "not_found_error"}},
      {FailureKind::too_large, {413, "request_too_large"}},
      {FailureKind::rate_limited, {429, "rate_limit_error"}},
      {FailureKind::internal, {500, "api_error"}},
      {FailureKind::unavailable, {503, "overloaded_error"}},
      {FailureKind::deadline, {503, "timeout_error"}}};
  for (const auto& [kind, expected] : rows) {
    EXPECT_EQ(status_of(kind), expected.first);
    EXPECT_EQ(error_row(kind).type, expected.second);
  }
}

TEST(MessagesErrors, carry_the_path_in_the_message_and_the_request_id) {
  EXPECT_EQ(
      error_body({FailureKind::invalid_request, "is \"required\"", "messages[0].role", std::nullopt}, "0af7"),
      R"({"type":"error","error":{"type":"invalid_request_error","message":"messages[0].role: is \"required\""},"request_id":"0af7"})");
}

TEST(MessagesErrors, tell_the_sdk_to_go_on_without_a_thread) {
  EXPECT_EQ(
      error_body({FailureKind::invalid_request, "no", "thread", std::nullopt}, "0af7"),
      R"({"type":"error","error":{"type":"invalid_request_error","message":"thread: no","details":{"error_code":"thread_unsupported_request","unsupported":["thread"]}},"request_id":"0af7"})");
}

TEST(MessagesErrors, are_valid_text_whatever_they_echo) {
  const auto body =
      error_body({FailureKind::not_found, "The model `\xff\xe2\x82` is not here", "", {}}, "0af7");
  EXPECT_NE(body.find("The model `\uFFFD\uFFFD` is not here"), std::string::npos) << body;
}

std::string path_in_own_terms(std::string path) {
  const BodyPlaces places{{1, 3}};
  return in_own_terms({FailureKind::invalid_request, "", std::move(path), std::nullopt}, places).path;
}

TEST(MessagesErrors, name_the_fields_of_the_body_that_was_sent) {
  EXPECT_EQ(path_in_own_terms("messages"), "messages");
  EXPECT_EQ(path_in_own_terms("tools"), "tools");
  EXPECT_EQ(path_in_own_terms("tool_choice"), "tool_choice");
  EXPECT_EQ(path_in_own_terms("tools[0].parameters"), "tools[1].input_schema");
  EXPECT_EQ(path_in_own_terms("tools[1].parameters.properties.a"), "tools[3].input_schema.properties.a");
  EXPECT_EQ(path_in_own_terms("tools[0].name"), "tools[1].name");
  EXPECT_EQ(path_in_own_terms("tools[7].parameters"), "tools[7].input_schema");
  EXPECT_EQ(path_in_own_terms("response_format"), "output_config.format.schema");
  EXPECT_EQ(path_in_own_terms(""), "");
}

TEST(MessagesErrors, name_the_older_field_of_a_schema_that_stood_there) {
  const auto body = R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],)"
                    R"("output_format":{"type":"json_schema","schema":{}}})";
  const auto places = parse(body)->places;
  const base::Failure failure{FailureKind::invalid_request, "", "response_format", std::nullopt};
  EXPECT_EQ(in_own_terms(failure, places).path, "output_format.schema");
}

}  // namespace
}  // namespace trilogue::dialect::messages
