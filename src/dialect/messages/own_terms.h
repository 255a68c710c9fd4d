// What an engine refuses, it refuses in canon's terms; callers read the paths of the body they sent. Pure.
#pragma once

#include "base/failure.h"
#include "dialect/messages/request.h"

namespace trilogue::dialect::messages {

// `tools[2].parameters` → `tools[2].input_schema`, `response_format` → the schema in the field that held the
// format; all else stays. Tools that were left out moved the others up.
base::Failure in_own_terms(base::Failure failure, const BodyPlaces& places);

}  // namespace trilogue::dialect::messages
