// What an engine refuses, it refuses in canon's terms; callers read the paths of the body they sent. Pure.
#pragma once

#include <cstddef>
#include <span>

#include "base/failure.h"

namespace trilogue::dialect::messages {

// `tools[2].parameters` → `tools[2].input_schema`, `response_format` → `output_config.format.schema`; all
// else stays. `tool_places`: of the parsed request, since tools that were left out moved the others up.
base::Failure in_own_terms(base::Failure failure, std::span<const std::size_t> tool_places = {});

}  // namespace trilogue::dialect::messages
