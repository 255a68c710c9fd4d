// What a trace tells of one request, as values: when it came, what it waited for, what it came to. Never what
// was said, nor a key.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "canon/event.h"
#include "serve/call.h"
#include "serve/trace.h"

namespace trilogue::serve {

struct RequestSpan {
  Trace trace;
  bool background = false;  // a response that goes on without its reader; else a request as it is answered
  std::int64_t arrived_ms = 0;  // since 1970
  std::chrono::nanoseconds took{};
  std::optional<std::chrono::nanoseconds> began{};        // after its arrival, by the engine
  std::optional<std::chrono::nanoseconds> first_token{};  // after its arrival
  std::string method{};
  std::string_view route{};  // `/v1/responses/{id}`
  int status = 0;            // of HTTP; 0: there was no answer
  std::string model{};       // that was asked for
  std::string_view outcome{};
  canon::Usage usage{};
};

// What is known of an errand that took so long.
RequestSpan span_of(const Errand& errand, std::chrono::nanoseconds took);

// Appends the request's spans as OTLP has them in JSON, with a comma between them: the request's own, and
// within it the queue, the prefill and the decode, as far as it came. `random`: for the ids of these.
void append_spans(std::string& out, const RequestSpan& request, base::Random& random);

// The whole message of a batch: `spans` as append_spans() wrote them.
std::string export_message(std::string_view service_name, std::string_view version, std::string_view spans);

}  // namespace trilogue::serve
