// Whose prompts that begin alike share what was computed. A caller sees in the usage what was there already.
#pragma once

namespace trilogue::serve {

enum class PrefixSharing { all, account, key };

}  // namespace trilogue::serve
