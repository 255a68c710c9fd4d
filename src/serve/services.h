// What the use cases work with. Built once by app, outlives every request; the parts lock for themselves.
#pragma once

#include <atomic>
#include <string_view>

#include "admission/gate.h"
#include "admission/keyring.h"
#include "admission/operator_desk.h"
#include "admission/shared_limits.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "serve/policy.h"
#include "serve/reasoning_cache.h"
#include "store/keys.h"
#include "store/ledger.h"
#include "store/prompts.h"
#include "store/responses.h"
#include "store/usage.h"

namespace trilogue::serve {

class Metrics;
class RunningResponses;
class SpanExport;

struct Services {
  PolicyBoard& policies;
  admission::Gate& gate;
  admission::Keyring& keyring;
  admission::OperatorDesk& desk;
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
  base::SteadyTime started{};
  SpanExport* spans = nullptr;         // where the operator names a collector of traces
  store::Prompts* prompts = nullptr;   // where the operator wants them to be kept
  std::atomic<bool> draining = false;  // set once, on the way out
  // When what still runs is told that it ends; shortly before its connections are cut.
  std::atomic<base::SteadyTime> stop_at = base::SteadyTime::max();
  admission::SharedLimits* shared_limits = nullptr;  // where other servers count too; null: limits count here
};

}  // namespace trilogue::serve
