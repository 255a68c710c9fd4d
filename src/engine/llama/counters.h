// What an engine has done and is doing, for metrics. Written by the decode thread, read from any.
#pragma once

#include <atomic>
#include <cstdint>

namespace trilogue::engine::llama {

struct EngineStats {
  int running = 0;       // choices that hold cells
  int waiting = 0;       // requests that have not begun
  int cells_used = 0;    // held by running choices
  int cells_cached = 0;  // held by nobody but the prefix cache: free on demand
  int cells_total = 0;
  std::uint64_t tokens_decoded = 0;    // output tokens, all requests
  std::uint64_t tokens_prefilled = 0;  // computed prompt tokens, recomputed ones included
  std::uint64_t tokens_reused = 0;     // prompt tokens found in the pool
  std::uint64_t preemptions = 0;
  std::uint64_t steps = 0;  // calls of llama_decode
};

struct Counters {
  std::atomic<int> running = 0;
  std::atomic<int> cells_used = 0;
  std::atomic<int> cells_cached = 0;
  std::atomic<std::uint64_t> tokens_decoded = 0;
  std::atomic<std::uint64_t> tokens_prefilled = 0;
  std::atomic<std::uint64_t> tokens_reused = 0;
  std::atomic<std::uint64_t> preemptions = 0;
  std::atomic<std::uint64_t> steps = 0;
};

}  // namespace trilogue::engine::llama
