// The place of a request in a distributed trace, as W3C Trace Context (level 1) carries it from one program
// to the next.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "http/message.h"

namespace trilogue::serve {

struct Trace {
  std::string id{};      // 32 hex digits
  std::string span{};    // 16: of the request itself
  std::string parent{};  // 16: the caller's, or ""
  bool sampled = true;   // somebody wants to see it
  std::string state{};   // what other programs of the trace say to each other; not ours to read
};

// By a request's header `traceparent`; a new trace where that is missing or broken. The span is always new,
// the state that of `tracestate`, unless it is longer than anybody has to carry.
Trace trace_of(const http::Head& head, base::Random& random);

// The header for whatever is asked on behalf of the request.
std::string traceparent_of(const Trace& trace);

std::string new_trace_id(base::Random& random);
std::string new_span_id(base::Random& random);

}  // namespace trilogue::serve
