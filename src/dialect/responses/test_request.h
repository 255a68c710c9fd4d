// What the tests of this folder have in common: ids that count, and bodies read in one go.
#pragma once

#include <string>

#include "dialect/responses/request.h"

namespace trilogue::dialect::responses {

inline IdMaker counting_ids() {
  return [next = 1](std::string_view prefix) mutable { return std::string(prefix) + std::to_string(next++); };
}

inline base::Result<ResponsesRequest> read_text(const std::string& body, const Memory& memory = {}) {
  const auto parsed = Body::parse(body);
  if (!parsed) return base::fail(parsed.error());
  return read(*parsed, memory, counting_ids());
}

// A body that is right but for what is added to it.
inline std::string with(const std::string& fields) {
  return R"({"model":"m","input":"hi",)" + fields + "}";
}
inline std::string of_items(const std::string& items) {
  return R"({"model":"m","input":[)" + items + "]}";
}

}  // namespace trilogue::dialect::responses
