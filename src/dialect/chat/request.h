// Reads the body of POST /v1/chat/completions into what a model is asked for and how the answer is written.
// Pure; any thread. Unknown fields are ignored at every level, null says the same as leaving a field out, and
// the first wrong field is an invalid_request with its JSON path. Which models and efforts exist is not known
// here. Several text parts of a message are joined by a newline. Media parts are refused by their path.
#pragma once

#include <string>

#include "base/result.h"
#include "canon/request.h"
#include "dialect/chat/options.h"

namespace trilogue::dialect::chat {

struct ChatRequest {
  canon::Request request;
  ReplyOptions reply;
  friend bool operator==(const ChatRequest&, const ChatRequest&) = default;
};

struct ParseLimits {
  int max_choices = 128;
};

base::Result<ChatRequest> parse(std::string body, ParseLimits limits = {});

// The body of POST /v1/token/count: what of a request decides its prompt, read as the request itself is
// (`model`, `messages`, `tools`, `tool_choice`, `parallel_tool_calls`, `response_format`,
// `reasoning_effort`); all else is ignored.
base::Result<canon::Request> parse_count(std::string body);

}  // namespace trilogue::dialect::chat
