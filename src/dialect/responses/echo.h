// What a response object repeats of its request, as JSON. For response.cpp.
#pragma once

#include <string>

#include "dialect/responses/options.h"

namespace trilogue::dialect::responses {

// The fields after `usage`, each with a comma in front: ,"instructions":null,…
std::string echo_fields(const Echo& echo, const Options& options);

}  // namespace trilogue::dialect::responses
