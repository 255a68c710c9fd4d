// The one seam between the API and whatever produces tokens. An Engine turns a canonical request into a
// stream of canonical events. serve talks to it from I/O threads; an implementation does its work on threads
// of its own and must never block the caller's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "canon/event.h"
#include "canon/request.h"
#include "engine/patience.h"

namespace trilogue::engine {

// A running generation. Owning it runs it; dropping it cancels it within one decode step and frees what it
// held. One coroutine reads it, on the executor on which start() was awaited.
class EventStream {
 public:
  EventStream() = default;
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  virtual ~EventStream() = default;

  // All events that are ready, at least one; or none when `until` passed first, or after stop(), or after the
  // last choice has finished. A reader that does not come back slows this generation down, and no other.
  virtual boost::asio::awaitable<std::vector<canon::Event>> next(base::SteadyTime until) = 0;

  // Tokens of the prompt, where they are known before its Started is.
  virtual std::optional<int> prompt_tokens() const = 0;

  // Makes a waiting next() return at once, and every later one. Call it on the reader's executor.
  virtual void stop() = 0;
};

struct TokenCount {
  int tokens = 0;
};

// What an engine is doing now, and what it has done since it began. Zero is what it does not have.
struct EngineStats {
  int slots = 0;         // choices that may be decoded together
  int running = 0;       // choices that hold cells
  int waiting = 0;       // requests that have not begun
  int cells_used = 0;    // of the KV pool, held by running choices
  int cells_cached = 0;  // held by nobody but the prefix cache: free on demand
  int cells_total = 0;
  std::uint64_t tokens_decoded = 0;    // output tokens, all requests
  std::uint64_t tokens_prefilled = 0;  // computed prompt tokens, recomputed ones included
  std::uint64_t tokens_reused = 0;     // prompt tokens found in the pool
  std::uint64_t preemptions = 0;
  std::uint64_t steps = 0;  // calls of the model
};

class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  // Validates what only the engine can know (context length, schemas), queues the request and returns its
  // stream. Failures: invalid_request (with the path in canonical terms mapped by the dialect's own field
  // names: `messages`, `tools[2].parameters`, `response_format`), unavailable when the queue is full,
  // deadline or cancelled when `patience` ended before the request was ready to be queued.
  virtual boost::asio::awaitable<base::Result<std::unique_ptr<EventStream>>> start(canon::Request request,
                                                                                   Patience patience) = 0;

  // Tokens of the prompt that start() would compute, template and tools included. Fails as start() does.
  virtual boost::asio::awaitable<base::Result<TokenCount>> count(canon::Request request,
                                                                 Patience patience) = 0;

  // Tokens that a prompt and its answer may take together.
  virtual int context_window() const = 0;

  virtual std::string_view kind() const = 0;  // `llama`, `scripted`, `remote`
  virtual EngineStats stats() const = 0;      // from any thread
};

}  // namespace trilogue::engine
