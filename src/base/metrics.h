// Numbers that only grow, for whoever watches the server. Any thread; an increment is one atomic addition.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace trilogue::base {

class Counter final {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

// Durations, sorted into buckets from a millisecond to ten minutes.
class Histogram final {
 public:
  // Upper bounds in seconds; one more bucket takes what is beyond.
  static constexpr std::array kBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,   0.25,  0.5,
                                      1.0,   2.5,    5.0,   10.0, 30.0,  60.0, 120.0, 300.0, 600.0};

  void observe(double seconds) {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
    buckets_[bucket].add();
    nanoseconds_.add(static_cast<std::uint64_t>(seconds < 0 ? 0 : seconds * 1e9));
  }

  std::uint64_t bucket(std::size_t index) const { return buckets_[index].value(); }  // not summed up
  double sum() const { return static_cast<double>(nanoseconds_.value()) / 1e9; }

 private:
  std::array<Counter, kBounds.size() + 1> buckets_;
  Counter nanoseconds_;
};

}  // namespace trilogue::base
