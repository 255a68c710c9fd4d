// The head of a request as bytes: where it ends, and what it says. Pure functions of the bytes, stricter than
// RFC 9112 asks wherever leniency has let requests be smuggled: no bare LF, no folded lines, no blank before
// a colon, one Content-Length, one Host, "chunked" as the only transfer coding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "http/message.h"

namespace trilogue::http {

struct HeadLimits {
  std::size_t bytes = 64 * 1024;
  std::size_t lines = 256;
  std::size_t target = 8 * 1024;
};

// Why a request gets no further than its head; `reason` is a literal.
struct Refusal {
  int status = 400;
  std::string_view reason;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

struct RequestHead {
  Head head;
  int minor_version = 1;  // of HTTP/1.x
  bool keep_alive = true;
  bool expects_continue = false;
  bool chunked = false;
  std::uint64_t content_length = 0;
  friend bool operator==(const RequestHead&, const RequestHead&) = default;
};

// Finds the end of a head that arrives in pieces, looking at each byte once, and refuses hopeless ones early.
class HeadScanner final {
 public:
  explicit HeadScanner(HeadLimits limits) : limits_(limits) {}

  struct Span {
    std::size_t begin = 0;  // after the blank lines that some clients send between requests
    std::size_t end = 0;    // after the empty line
    friend bool operator==(const Span&, const Span&) = default;
  };

  // `bytes` starts at the same place at every call and has only grown since. Nothing: more bytes are needed.
  tl::expected<std::optional<Span>, Refusal> find(std::string_view bytes);

 private:
  HeadLimits limits_;
  std::size_t begin_ = 0;
  std::size_t line_ = 0;  // where the unfinished line starts
  std::size_t seen_ = 0;
  std::size_t lines_ = 0;
};

// `bytes` is what HeadScanner found. Fills no peer and no tls.
tl::expected<RequestHead, Refusal> parse_head(std::string_view bytes, const HeadLimits& limits);

}  // namespace trilogue::http
