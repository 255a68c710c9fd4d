#include "dialect/chat/errors.h"

#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::dialect::chat {

void append_error_body(std::string& out, const base::Failure& failure) {
  wire::JsonWriter json(out);
  json.begin_object().key("error").begin_object();
  const bool placed = !failure.path.empty();
  // Messages echo what callers sent and may be cut short: what goes out is text all the same.
  json.field("message",
             wire::replace_invalid_utf8(placed ? failure.path + ": " + failure.message : failure.message));
  const ErrorRow& row = error_row(failure.kind);
  json.field("type", row.type);
  placed ? json.field("param", failure.path) : json.key("param").null();
  json.key("code");
  row.code.empty() ? json.null() : json.value(row.code);
  json.end_object().end_object();
}

std::string error_body(const base::Failure& failure) {
  std::string out;
  append_error_body(out, failure);
  return out;
}

base::Failure in_own_terms(base::Failure failure) {
  constexpr std::string_view kParameters = "].parameters";
  const auto at = failure.path.find(kParameters);
  if (failure.path.starts_with("tools[") && at != std::string::npos) {
    failure.path.replace(at, kParameters.size(), "].function.parameters");
  } else if (failure.path == "response_format") {
    failure.path = "response_format.json_schema.schema";
  }
  return failure;
}

}  // namespace trilogue::dialect::chat
