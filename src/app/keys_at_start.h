// Fills the keyring when the server starts: the keys of the store with what they have used, and those of the
// configuration. Afterwards keeps it up with what other servers do.
#pragma once

#include <string>
#include <vector>

#include "admission/keyring.h"
#include "base/log.h"
#include "base/result.h"
#include "base/secret.h"
#include "store/platform.h"

namespace trilogue::app {

// Waits for the database; the number of the newest request that counts in it. Failure: unavailable.
base::Result<std::int64_t> fill_keyring(admission::Keyring& keyring, const store::Platform& platform,
                                        const std::vector<base::Secret>& configured);

// What the keyring, which must outlive them, does with the news of servers that share its database.
store::OtherServers::News news_for(admission::Keyring& keyring, const base::Log& log);

// A key of the configuration, and the account that all of them belong to.
store::Key configured_key(const base::Secret& secret);
store::Account configured_account();

}  // namespace trilogue::app
