// RESP, version 2: how Redis and Valkey are asked and how they answer, as bytes. Knows no command and no
// socket. What comes is bounded: nesting, the length of a text, and how much may be waited for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace trilogue::wire {

struct RespError {
  std::string message;  // `NOSCRIPT No matching script`
  friend bool operator==(const RespError&, const RespError&) = default;
};

struct RespValue {
  using List = std::vector<RespValue>;
  // Nothing: a text or a list that is not there.
  std::variant<std::monostate, std::int64_t, std::string, RespError, List> what;

  friend bool operator==(const RespValue& a, const RespValue& b) { return a.what == b.what; }
};

// A command as a client sends it: a list of texts.
void append_resp_command(std::string& out, std::span<const std::string> words);

// One reader for one connection.
class RespReader final {
 public:
  static constexpr std::size_t kMostWaitedFor = std::size_t{4} << 20;  // bytes of one value
  static constexpr int kMostNested = 4;

  void feed(std::string_view bytes) { bytes_ += bytes; }

  // The next whole value, nothing before all of it is there. Failure: invalid_request, for what is no RESP or
  // too large; then nothing more can be read from this connection.
  base::Result<std::optional<RespValue>> next();

 private:
  std::string bytes_;
  std::size_t read_ = 0;  // of these bytes
};

}  // namespace trilogue::wire
