#include "dialect/responses/body.h"

#include <unordered_set>

#include "dialect/responses/item_type.h"
#include "wire/json_node.h"

namespace trilogue::dialect::responses {

base::Result<Body> Body::parse(std::string text) {
  auto document = wire::Document::parse(std::move(text));
  if (!document) return base::fail(std::move(document.error()));
  const wire::Node root(document->root());
  wire::Reader reader;
  if (!root.present() || root.value().kind() != wire::Kind::object)
    reader.fault(root, "expected the body to be a JSON object");
  const wire::Node previous = root.field("previous_response_id");
  if (reader.text(previous) == "") reader.fault(previous, "must not be empty");
  if (reader.failed()) return base::fail(reader.take_fault());
  return Body(std::move(*document));
}

std::optional<std::string> Body::previous_response_id() const {
  const auto id = root().find("previous_response_id");
  const auto text = id ? id->text() : std::nullopt;
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::vector<std::string> Body::item_references() const {
  std::vector<std::string> ids;
  std::unordered_set<std::string_view> seen;
  const auto input = root().find("input");
  if (!input) return ids;
  for (const wire::Value item : input->elements()) {
    if (item_type(item) != kItemReference) continue;
    if (ids.size() == kMostReferences) break;
    const auto id = item.find("id");
    const auto text = id ? id->text() : std::nullopt;
    if (text && seen.insert(*text).second) ids.emplace_back(*text);
  }
  return ids;
}

}  // namespace trilogue::dialect::responses
