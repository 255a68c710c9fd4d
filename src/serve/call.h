// One request on its way through the use cases: what is known of it, and what its log line will say. Lives on
// the connection's strand.
#pragma once

#include <string>

#include "admission/gate.h"
#include "base/clock.h"
#include "canon/event.h"
#include "http/exchange.h"

namespace trilogue::serve {

// Whose words a reply is written in. `other` routes belong to no dialect and use Chat's error body.
enum class Api { chat, other };

struct Call {
  http::Exchange& exchange;
  Api api = Api::other;
  std::string trace_id{};  // 32 hex digits
  std::string argument{};  // what stood for {id} in the path
  admission::Caller caller{};
  base::SteadyTime arrived{};
  std::vector<http::Header> headers{};  // on every reply: the trace id, CORS

  // For the log line.
  int status = 0;
  std::string model{};
  canon::Usage usage{};
  std::string_view outcome = "ok";
};

}  // namespace trilogue::serve
