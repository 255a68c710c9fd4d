// A response that goes on when its reader leaves. A coroutine of its own, on the strand that began it, makes
// it to its end; others look at its recording, or ask on its strand.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "serve/call.h"
#include "serve/generation.h"
#include "serve/response_record.h"
#include "serve/services.h"

namespace trilogue::serve {

// Touched on its executor only, but for the caller, the id and the recording.
struct BackgroundRun {
  Errand errand;
  boost::asio::any_io_executor executor;
  ResponseRecord record;
  std::unique_ptr<Generation> generation{};
  bool cancelled = false;
};

// Makes the response to its end, writes its log line, and takes it off the running ones once it is stored.
boost::asio::awaitable<void> run_to_the_end(Services& services, std::shared_ptr<BackgroundRun> run);

// The response object as it stands; from any strand.
boost::asio::awaitable<std::string> reply_of(std::shared_ptr<BackgroundRun> run);

// Ends it as cancelled, if it has not ended before; gives the object after that. From any strand.
boost::asio::awaitable<std::string> cancel(std::shared_ptr<BackgroundRun> run);

}  // namespace trilogue::serve
