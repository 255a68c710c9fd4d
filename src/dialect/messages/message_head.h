// The parts that a whole message and a message_start have alike. Appends JSON to a caller's string. Pure.
#pragma once

#include <string>

#include "canon/event.h"
#include "dialect/messages/options.h"

namespace trilogue::dialect::messages {

// {"id":…,"type":"message","role":"assistant","model":… without the closing brace
void append_head(std::string& out, const ReplyContext& context);

// ,"container":null,"diagnostics":null,"stop_details":null: what the official types demand and nothing here
// has
void append_absent(std::string& out);

// The usage of a message. `input_tokens` leaves out what was read from the cache.
void append_usage(std::string& out, const canon::Usage& usage);

// The usage of a message_delta, which has fewer fields.
void append_final_usage(std::string& out, const canon::Usage& usage);

}  // namespace trilogue::dialect::messages
