// Which of the servers that share a database this one is: a word in its data directory, made once.
#pragma once

#include <string>

#include "base/result.h"

namespace trilogue::store {

// 16 hex digits. Failure: unavailable, when the file `server.id` can be neither read nor made.
base::Result<std::string> server_id(const std::string& folder);

}  // namespace trilogue::store
