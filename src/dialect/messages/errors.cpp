#include "dialect/messages/errors.h"

#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::dialect::messages {

void append_error_body(std::string& out, const base::Failure& failure, std::string_view request_id) {
  wire::JsonWriter json(out);
  json.begin_object().field("type", "error").key("error").begin_object();
  json.field("type", error_row(failure.kind).type);
  // Messages echo what callers sent and may be cut short: what goes out is text all the same.
  const bool placed = !failure.path.empty();
  json.field("message",
             wire::replace_invalid_utf8(placed ? failure.path + ": " + failure.message : failure.message));
  if (failure.path == "thread") {
    json.key("details").begin_object().field("error_code", "thread_unsupported_request");
    json.key("unsupported").begin_array().value("thread").end_array().end_object();
  }
  json.end_object().field("request_id", request_id).end_object();
}

std::string error_body(const base::Failure& failure, std::string_view request_id) {
  std::string out;
  append_error_body(out, failure, request_id);
  return out;
}

}  // namespace trilogue::dialect::messages
