// The calls that a conversation sent to us already holds: what each was called, and the arguments as
// templates can read them. For the parsers. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "wire/json_node.h"

namespace trilogue::dialect {

// Names of the tools called so far, by the id of the call. The views must outlive the map: they point into
// the document of the request.
using CallNames = std::unordered_map<std::string_view, std::string_view>;

// The name of the tool whose call has this id, which is required; a fault when no call has it.
std::string_view read_called_name(wire::Reader& reader, const wire::Node& call_id, const CallNames& calls);

// Arguments that came as text, which is kept when it is a JSON object. Empty text is {}; anything else (an
// answer cut off in the middle of a call, sent back) becomes {"unparsed": "<the text>"}: the conversation
// goes on and templates find an object.
std::string arguments_object(std::string_view text);

}  // namespace trilogue::dialect
