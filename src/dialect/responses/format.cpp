#include "dialect/responses/format.h"

#include <string_view>

namespace trilogue::dialect::responses {

using wire::Node;
using wire::Reader;

namespace {

canon::JsonBySchema read_schema(Reader& reader, const Node& format) {
  canon::JsonBySchema out;
  out.name = reader.text(format.field("name")).value_or(std::string_view());
  const Node schema = format.field("schema");
  if (reader.require(schema) && reader.is_object(schema)) out.schema = schema.value().to_json();
  out.strict = reader.boolean(format.field("strict"), false);
  return out;
}

}  // namespace

canon::AnswerFormat read_format(Reader& reader, const Node& format) {
  if (!reader.is_object(format)) return canon::FreeText{};
  const Node type = format.field("type");
  const std::string_view name = reader.required_text(type);
  if (name == "json_object") return canon::JsonObject{};
  if (name == "json_schema") return read_schema(reader, format);
  if (name != "text") reader.fault(type, "expected text, json_object or json_schema");
  return canon::FreeText{};
}

}  // namespace trilogue::dialect::responses
