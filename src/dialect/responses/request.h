// Reads the body of POST /v1/responses, with what the store remembers for it, into what a model is asked for
// and how the answer is written. Pure; any thread. Unknown fields are ignored at every level, null says the
// same as leaving a field out, and the first wrong field is an invalid_request with its JSON path. Which
// models and efforts exist is not known here. Instructions are not taken over from an earlier response.
// Several text parts of a message are joined by a newline. Media parts are refused by their path.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "canon/request.h"
#include "dialect/responses/body.h"
#include "dialect/responses/options.h"

namespace trilogue::dialect::responses {

// What the store remembers: JSON texts of items that this dialect made (ResponsesRequest::input_items,
// ResponseBuilder::stored_items).
struct Memory {
  std::vector<std::string> items;  // of the earlier responses of the chain, oldest first, input before output
  std::unordered_map<std::string, std::string> referenced;  // by id, for Body::item_references
};

struct ResponsesRequest {
  canon::Request request;
  Options options;
  Echo echo;
  std::vector<OfferedTool> tools;        // one for each of request.tools
  std::vector<std::string> input_items;  // this request's own input: JSON, ids given, references resolved
  friend bool operator==(const ResponsesRequest&, const ResponsesRequest&) = default;
};

// Failures: invalid_request; not_found for a reference that Memory does not hold.
base::Result<ResponsesRequest> read(const Body& body, const Memory& memory, const IdMaker& ids);

// The body of POST /v1/responses/input_tokens: the same as read(), but that it lists no items.
base::Result<ResponsesRequest> read_count(const Body& body, const Memory& memory);

}  // namespace trilogue::dialect::responses
