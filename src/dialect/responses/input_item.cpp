#include "dialect/responses/input_item.h"

#include "dialect/responses/item_type.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::responses {

namespace {

using wire::JsonWriter;
using wire::Node;

void write_text_part(JsonWriter& json, bool assistant, std::string_view text) {
  json.begin_array().begin_object();
  json.field("type", assistant ? "output_text" : "input_text").field("text", text);
  if (assistant) json.key("annotations").begin_array().end_array();
  json.end_object().end_array();
}

// Looked up once an item: a field is found by walking over all of them.
struct ItemKind {
  bool is_message;
  bool of_assistant;
  bool has_status;
};

ItemKind kind_of(const Node& item, std::string_view type) {
  const Node role = item.field("role");
  return {type == "message", role.present() && role.value().text() == "assistant",
          item.field("status").present()};
}

void write_field(JsonWriter& json, const ItemKind& item, const wire::Field& field) {
  json.key(field.key);
  const auto text = item.is_message && field.key == "content" ? field.value.text() : std::nullopt;
  text ? write_text_part(json, item.of_assistant, *text) : void(json.raw(field.value.to_json()));
}

// Reasoning has a status only where it says one.
bool wants_status(std::string_view type) {
  return type == "message" || type == "function_call" || type == "function_call_output" ||
         type == "custom_tool_call" || type == "custom_tool_call_output";
}

}  // namespace

std::string input_item(const Node& item, std::string_view type, const IdMaker& ids) {
  std::string out;
  out.reserve(256);
  JsonWriter json(out);
  const Node id = item.field("id");
  const auto given = id.present() ? id.value().text() : std::nullopt;
  json.begin_object().field("id", given && !given->empty() ? std::string(*given) : ids(id_prefix(type)));
  json.field("type", type);
  const ItemKind kind = kind_of(item, type);
  if (wants_status(type) && !kind.has_status) json.field("status", "completed");
  for (const wire::Field& field : item.value().fields()) {
    const bool written =
        field.key == "id" || field.key == "type" || (field.key == "status" && !kind.has_status);
    if (!written) write_field(json, kind, field);
  }
  json.end_object();
  return out;
}

std::string user_item(std::string_view text, const IdMaker& ids) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("id", ids("msg_")).field("type", "message").field("status", "completed");
  write_text_part(json.field("role", "user").key("content"), false, text);
  json.end_object();
  return out;
}

}  // namespace trilogue::dialect::responses
