// Why an answer ended, as Messages says it: one rule for the streamed and the whole reply.
#pragma once

#include <string_view>

#include "canon/event.h"

namespace trilogue::dialect::messages {

// The documents know end_turn, tool_use and max_tokens; a stop string that matched is an end_turn that names
// it in `stop_sequence`. `refusal` is Anthropic's own word for what a remote engine's filter stopped.
constexpr std::string_view stop_reason(canon::StopReason reason, bool has_calls) {
  switch (reason) {
    case canon::StopReason::token_limit:
      return "max_tokens";
    case canon::StopReason::content_filter:
      return "refusal";
    case canon::StopReason::end_of_turn:
    case canon::StopReason::stop_string:
    case canon::StopReason::tool_calls:
      break;
  }
  return has_calls ? "tool_use" : "end_turn";
}

}  // namespace trilogue::dialect::messages
