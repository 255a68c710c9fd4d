// The operator's accounts: `/admin/v1/accounts` (docs/admin.yaml).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/result.h"
#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> list_accounts(Services& services, Call& call);
boost::asio::awaitable<void> create_account(Services& services, Call& call);
boost::asio::awaitable<void> show_held_account(Services& services, Call& call);
boost::asio::awaitable<void> change_account(Services& services, Call& call);

// The account of that name, made where there is none. Failures: invalid_request, for the configuration's own;
// those of the store.
boost::asio::awaitable<base::Result<store::Account>> find_or_make_account(Services& services,
                                                                          std::string name);

// The name of an account; its id where it is not known any more, "" for "".
std::string account_name(const Services& services, const std::string& account_id);

}  // namespace trilogue::serve
