// What the use cases work with. Built once by app, outlives every request; the parts lock for themselves.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "admission/gate.h"
#include "admission/keyring.h"
#include "admission/operator_desk.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "serve/browser_guard.h"
#include "serve/catalogue.h"
#include "serve/reasoning_cache.h"
#include "store/keys.h"
#include "store/ledger.h"
#include "store/responses.h"
#include "store/usage.h"

namespace trilogue::serve {

struct Limits {
  std::chrono::milliseconds deadline = std::chrono::minutes(10);   // of a request, queue and prefill included
  std::chrono::milliseconds heartbeat = std::chrono::seconds(15);  // longest silence of a stream
  int max_choices = 128;                                           // of one request
  bool openai_chunks = false;                                      // chat_chunks = "openai"
  bool reasoning_summaries = false;                                // reasoning_events = "summary"
};

class Metrics;
class RunningResponses;

struct Services {
  const Catalogue& catalogue;
  admission::Gate& gate;
  admission::Keyring& keyring;
  admission::OperatorDesk& desk;
  const BrowserGuard& guard;
  ReasoningCache& reasoning;
  store::Responses& responses;
  store::Keys& keys;
  store::Ledger& ledger;
  store::Usage& usage;
  RunningResponses& running;
  base::Random& random;
  const base::Log& log;
  Metrics& metrics;
  base::WallClock wall_clock;
  std::string_view version{};
  std::string currency{};  // that money is counted in, as ISO 4217 has it; "": none is configured
  base::SteadyTime started{};
  Limits limits{};
  std::atomic<bool> draining = false;  // set once, on the way out
  // When what still runs is told that it ends; shortly before its connections are cut.
  std::atomic<base::SteadyTime> stop_at = base::SteadyTime::max();
};

}  // namespace trilogue::serve
