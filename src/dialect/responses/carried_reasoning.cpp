#include "dialect/responses/carried_reasoning.h"

#include <optional>
#include <string_view>
#include <utility>

#include "dialect/responses/with_members.h"
#include "wire/json.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::responses {

namespace {

using wire::Value;

std::string id_of_silent_reasoning(Value item) {
  const auto type = item.find("type");
  const auto carried = item.find("encrypted_content");
  const auto id = item.find("id");
  if (!type || type->text() != "reasoning" || !carried || !carried->is_null() || !id) return {};
  return std::string(id->text().value_or(""));
}

std::string carried_by(const std::string& stored) {
  const auto document = wire::Document::parse(stored);
  const auto carried = document ? document->root().find("encrypted_content") : std::nullopt;
  return carried ? carried->to_json() : std::string();
}

std::string carrying(Value item, const std::map<std::string, std::string>& stored) {
  const auto found = stored.find(id_of_silent_reasoning(item));
  if (found == stored.end()) return item.to_json();
  return with_members(item, [&](const wire::Field& field) {
    return field.key == "encrypted_content" ? carried_by(found->second) : std::string();
  });
}

}  // namespace

std::vector<std::string> ids_of_silent_reasoning(const std::string& reply) {
  std::vector<std::string> ids;
  const auto document = wire::Document::parse(reply);
  const auto output = document ? document->root().find("output") : std::nullopt;
  if (!output) return ids;
  for (const Value item : output->elements()) {
    std::string id = id_of_silent_reasoning(item);
    if (!id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

std::string with_carried_reasoning(std::string reply, const std::map<std::string, std::string>& stored) {
  const auto document = wire::Document::parse(reply);
  if (!document) return reply;
  return with_members(document->root(), [&](const wire::Field& field) {
    std::string output;
    if (field.key != "output") return output;
    wire::JsonWriter json(output);
    json.begin_array();
    for (const Value item : field.value.elements()) json.raw(carrying(item, stored));
    json.end_array();
    return output;
  });
}

}  // namespace trilogue::dialect::responses
