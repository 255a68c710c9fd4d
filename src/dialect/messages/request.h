// Reads the body of POST /v1/messages into what a model is asked for and how the answer is written. Pure; any
// thread. Unknown fields are ignored at every level, null says the same as leaving a field out, and the first
// wrong field is an invalid_request with its JSON path. Which models and efforts exist is not known here.
// Several text blocks of a message are joined by a newline. Media blocks are refused by their path.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "canon/request.h"
#include "dialect/messages/options.h"

namespace trilogue::dialect::messages {

// Where in the body stood what an engine may refuse later; see own_terms.h.
struct BodyPlaces {
  std::vector<std::size_t> tools;  // of each tool of the request, its place in `tools`
  std::string_view format = "output_config.format";
  friend bool operator==(const BodyPlaces&, const BodyPlaces&) = default;
};

struct MessagesRequest {
  canon::Request request;
  ReplyOptions reply;
  BodyPlaces places;
  friend bool operator==(const MessagesRequest&, const MessagesRequest&) = default;
};

base::Result<MessagesRequest> parse(std::string body);

// The body of POST /v1/messages/count_tokens: the same, but `max_tokens` may be absent. Read in full, so that
// the prompt that is counted is the one that parse() would ask for.
base::Result<MessagesRequest> parse_count(std::string body);

}  // namespace trilogue::dialect::messages
