// Fills the keyring when the server starts: the keys of the store with what they have used, and those of the
// configuration.
#pragma once

#include <string>
#include <vector>

#include "admission/keyring.h"
#include "base/result.h"
#include "base/secret.h"
#include "store/platform.h"

namespace trilogue::app {

// Waits for the database. Failure: unavailable.
base::Result<void> fill_keyring(admission::Keyring& keyring, const store::Platform& platform,
                                const std::vector<base::Secret>& configured);

}  // namespace trilogue::app
