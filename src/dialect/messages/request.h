// Reads the body of POST /v1/messages into what a model is asked for and how the answer is written. Pure; any
// thread. Unknown fields are ignored at every level, null says the same as leaving a field out, and the first
// wrong field is an invalid_request with its JSON path. Which models and efforts exist is not known here.
// Several text blocks of a message are joined by a newline. Media blocks are refused by their path.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "canon/request.h"
#include "dialect/messages/options.h"

namespace trilogue::dialect::messages {

struct MessagesRequest {
  canon::Request request;
  ReplyOptions reply;
  std::vector<std::size_t> tool_places;  // where each tool of the request stood in `tools`; see own_terms.h
  friend bool operator==(const MessagesRequest&, const MessagesRequest&) = default;
};

base::Result<MessagesRequest> parse(std::string body);

// The body of POST /v1/messages/count_tokens: the same, but `max_tokens` may be absent. Read in full, so that
// the prompt that is counted is the one that parse() would ask for.
base::Result<MessagesRequest> parse_count(std::string body);

}  // namespace trilogue::dialect::messages
