// What every request passes before its use case, and the one log line after it. app gives its handle() to the
// HTTP server.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "http/exchange.h"
#include "serve/call.h"
#include "serve/routes.h"
#include "serve/services.h"

namespace trilogue::serve {

class FrontDoor final {
 public:
  explicit FrontDoor(Services& services) : services_(services) {}

  boost::asio::awaitable<void> handle(http::Exchange& exchange);

 private:
  boost::asio::awaitable<void> admit_and_run(Call& call);
  base::Result<void> check_right(Call& call, Right right);
  boost::asio::awaitable<base::Result<void>> take_shared_place(Call& call);
  void log(const Call& call) const;

  Services& services_;
};

}  // namespace trilogue::serve
