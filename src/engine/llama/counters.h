// What the engine has done and is doing, see EngineStats. Written by the decode thread, read from any.
#pragma once

#include <atomic>
#include <cstdint>

namespace trilogue::engine::llama {

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
