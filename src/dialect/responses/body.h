// The body of POST /v1/responses, parsed once, and what must be fetched from the store before it can be read:
// the conversation it goes on from and the items it names by id. Belongs to one request; any one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "wire/json.h"

namespace trilogue::dialect::responses {

// Item references of one request; more are refused.
inline constexpr std::size_t kMostReferences = 1000;

class Body final {
 public:
  // Failure: invalid_request, when it is no JSON object or `previous_response_id` is no string.
  static base::Result<Body> parse(std::string text);

  std::optional<std::string> previous_response_id() const;

  // Ids of the items that stand for an earlier one, each once, in their order, kMostReferences at most. Such
  // an item is
  // {"type": "item_reference", "id"} or has an id and nothing that says what it is.
  std::vector<std::string> item_references() const;

  wire::Value root() const { return document_.root(); }

 private:
  explicit Body(wire::Document document) : document_(std::move(document)) {}

  wire::Document document_;
};

}  // namespace trilogue::dialect::responses
