#include "dialect/responses/interrupted.h"

#include <utility>

#include "base/failure.h"
#include "dialect/responses/errors.h"
#include "wire/json.h"
#include "wire/json_writer.h"
#include "wire/sse.h"

namespace trilogue::dialect::responses {

namespace {

void write_failed(wire::JsonWriter& json, const wire::Value& reply, std::string_view message) {
  json.begin_object();
  for (const wire::Field& field : reply.fields()) {
    json.key(field.key);
    if (field.key == "status") {
      json.value("failed");
    } else if (field.key == "error") {
      json.begin_object().field("code", error_code(base::FailureKind::internal));
      json.field("message", message).end_object();
    } else {
      json.raw(field.value.to_json());
    }
  }
  json.end_object();
}

}  // namespace

Ending interrupted(std::string reply, int number, std::string_view message) {
  Ending ending;
  const auto document = wire::Document::parse(std::move(reply));
  if (!document) return ending;
  wire::JsonWriter whole(ending.reply);
  write_failed(whole, document->root(), message);
  std::string data;
  wire::JsonWriter json(data);
  json.begin_object().field("type", "response.failed").field("sequence_number", number);
  json.key("response").raw(ending.reply).end_object();
  wire::append_sse(ending.event, "response.failed", data);
  return ending;
}

}  // namespace trilogue::dialect::responses
