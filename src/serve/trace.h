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
};

// By a request's header `traceparent`; a new trace where that is missing or broken. The span is always new.
Trace trace_of(const http::Head& head, base::Random& random);

// What other programs of the request's trace say to each other, to be passed on with its traceparent; ""
// where the trace is a new one, or when it is longer than anybody has to carry.
std::string tracestate_of(const http::Head& head, const Trace& trace);

// The header for whatever is asked on behalf of the request.
std::string traceparent_of(const Trace& trace);

std::string new_trace_id(base::Random& random);
std::string new_span_id(base::Random& random);

}  // namespace trilogue::serve
