// A command to the store, word by word.
#pragma once

#include <string>
#include <vector>

namespace trilogue::admission::redis {

using Words = std::vector<std::string>;

}  // namespace trilogue::admission::redis
