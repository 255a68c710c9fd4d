// The `text.format` of a Responses request. For request.cpp only; faults go to the reader.
#pragma once

#include "canon/request.h"
#include "wire/json_node.h"

namespace trilogue::dialect::responses {

// {"type": "text" | "json_object" | "json_schema", …}, a schema's fields flat beside its type. Absent: text.
canon::AnswerFormat read_format(wire::Reader& reader, const wire::Node& format);

}  // namespace trilogue::dialect::responses
