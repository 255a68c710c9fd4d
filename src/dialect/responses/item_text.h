// Texts inside of input items. For conversation.cpp; faults go to the reader. Pure; any thread.
#pragma once

#include <string>

#include "wire/json_node.h"

namespace trilogue::dialect::responses {

// A string, or parts of text joined by a newline; required. Media parts are faults.
std::string read_content(wire::Reader& reader, const wire::Node& content);

// The same of what a tool gave, where an image is told to the model in words (docs/decisions/0033).
std::string read_output(wire::Reader& reader, const wire::Node& output);

// Of a reasoning item: what `encrypted_content` carries if it is ours, else its `content`, else its
// `summary`.
std::string read_reasoning(wire::Reader& reader, const wire::Node& item);

}  // namespace trilogue::dialect::responses
