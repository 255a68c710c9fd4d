// Why an answer ended, as Chat Completions says it: one rule for the streamed and the whole reply.
#pragma once

#include <string_view>

#include "canon/event.h"

namespace trilogue::dialect::chat {

// `tool_calls` whenever there are calls, unless the limit cut the answer off.
constexpr std::string_view finish_reason(canon::StopReason reason, bool has_calls) {
  switch (reason) {
    case canon::StopReason::token_limit:
      return "length";
    case canon::StopReason::content_filter:
      return "content_filter";
    case canon::StopReason::end_of_turn:
    case canon::StopReason::stop_string:
    case canon::StopReason::tool_calls:
      break;
  }
  return has_calls ? "tool_calls" : "stop";
}

}  // namespace trilogue::dialect::chat
