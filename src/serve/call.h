// One request on its way through the use cases: what is known of it, and what its log line will say. A Call
// lives on its connection's strand; an Errand goes with the work, which for a background response outlives
// the connection that asked for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admission/gate.h"
#include "admission/permit.h"
#include "admission/shared_place.h"
#include "base/clock.h"
#include "canon/event.h"
#include "http/exchange.h"
#include "serve/policy.h"
#include "serve/trace.h"

namespace trilogue::serve {

// Whose words a reply is written in. `other` routes belong to no dialect and use Chat's error body.
enum class Api { chat, messages, responses, other };

// What an errand came to where no failure has a word for it.
inline constexpr std::string_view kWell = "ok";
inline constexpr std::string_view kInterrupted = "interrupted";

// Work done for a caller: who asked, when, in which API, and what it came to.
struct Errand {
  Api api = Api::other;
  Trace trace{};
  admission::Caller caller{};
  admission::Permit permit{};  // while it counts as running
  base::SteadyTime arrived{};
  std::int64_t arrived_ms = 0;             // the same, since 1970
  std::shared_ptr<const Policy> policy{};  // that stood when it came
  std::chrono::milliseconds time_limit{};  // from its arrival to its end, once its model is known

  // For the log line.
  std::string model{};
  canon::Usage usage{};
  std::string_view outcome = kWell;
  std::optional<base::SteadyTime> began{};  // by the engine
  std::optional<base::SteadyTime> first_token{};

  // What was sent, or its beginning, where the operator wants prompts to be kept.
  std::string prompt{};
  bool prompt_cut = false;
};

// The errand of a request that its connection need not wait for: all that is known of it, and its permit.
inline Errand hand_over(Errand& errand) {
  return {errand.api,         errand.trace,
          errand.caller,      std::move(errand.permit),
          errand.arrived,     errand.arrived_ms,
          errand.policy,      errand.time_limit,
          errand.model,       errand.usage,
          errand.outcome,     errand.began,
          errand.first_token, std::move(errand.prompt),
          errand.prompt_cut};
}

struct Call : Errand {
  explicit Call(http::Exchange& of) : exchange(of) {}

  http::Exchange& exchange;
  std::string argument{};       // what stood for {id} in the path
  http::HeaderLines headers{};  // on every reply: the trace id, CORS
  std::string_view route{};     // as the table of routes has it
  int status = 0;
  // What the store of the shared limits said; null where they are counted here.
  std::shared_ptr<const admission::SharedRates> rates{};
};

}  // namespace trilogue::serve
