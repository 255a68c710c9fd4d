// What every session of a server shares, by reference: settings, handler, log, and whether the server drains.
// Owned by the server's state, which outlives its sessions.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "base/log.h"
#include "http/exchange.h"
#include "http/request_head.h"
#include "http/server.h"

namespace trilogue::http {

struct Service {
  const ServerOptions& options;
  const Handler& handler;
  const base::Log& log;
  const std::atomic<bool>& draining;
  const std::string& date;  // the Date header of this second, of this I/O thread

  HeadLimits head_limits() const {
    return {options.max_header_bytes, options.max_header_count, options.max_target_bytes};
  }
};

}  // namespace trilogue::http
