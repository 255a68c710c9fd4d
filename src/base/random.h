// Unguessable identifiers. One Random is built by app and passed by reference; any thread may use it.
// Built with a seed it repeats itself, for tests and golden files only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace trilogue::base {

inline constexpr std::string_view kUrlSafe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
inline constexpr std::string_view kLowerHex = "0123456789abcdef";

class Random final {
 public:
  Random();                             // from the operating system
  explicit Random(std::uint64_t seed);  // repeatable
  ~Random();
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;

  std::uint64_t next();

  // `length` characters drawn evenly from `alphabet`, whose size must be a power of two up to 64.
  std::string text(std::string_view alphabet, std::size_t length);

  // A version 4 UUID, 36 characters.
  std::string uuid();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::base
