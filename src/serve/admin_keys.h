// The operator's side of keys: /admin/v1/keys. Every change is in the store before it is answered, and holds
// from the next request on.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

boost::asio::awaitable<void> list_keys(Services& services, Call& call);
boost::asio::awaitable<void> create_key(Services& services, Call& call);
boost::asio::awaitable<void> show_key(Services& services, Call& call);
boost::asio::awaitable<void> change_key(Services& services, Call& call);
boost::asio::awaitable<void> revoke_key(Services& services, Call& call);
boost::asio::awaitable<void> rotate_key(Services& services, Call& call);

}  // namespace trilogue::serve
