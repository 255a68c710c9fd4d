#include "serve/trace.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/hex.h"

namespace trilogue::serve {

namespace {

constexpr std::size_t kIdDigits = 32, kSpanDigits = 16;
constexpr std::size_t kId = 3, kSpan = 36, kFlags = 53;  // where they stand
constexpr std::string_view kZero = "0";

bool is_zero(std::string_view digits) {
  return digits.find_first_not_of(kZero) == std::string_view::npos;
}

std::optional<Trace> parse(std::string_view text) {
  constexpr std::size_t kLength = 55;  // 2-32-16-2 digits; a later version may go on after a dash
  constexpr std::size_t kDashes[] = {2, 35, 52};
  if (text.size() < kLength || (text.size() > kLength && text[kLength] != '-')) return std::nullopt;
  for (std::size_t i = 0; i < kLength; ++i) {
    const bool dash = std::ranges::find(kDashes, i) != std::end(kDashes);
    if (dash ? text[i] != '-' : base::kLowerHex.find(text[i]) == std::string_view::npos) return std::nullopt;
  }
  const std::string_view version = text.substr(0, 2);
  if (version == "ff" || (version == "00" && text.size() > kLength)) return std::nullopt;
  const std::string_view id = text.substr(kId, kIdDigits), parent = text.substr(kSpan, kSpanDigits);
  if (is_zero(id) || is_zero(parent)) return std::nullopt;
  const bool sampled = (base::hex_digit(text[kFlags + 1]) & 1) != 0;
  return Trace{std::string(id), {}, std::string(parent), sampled};
}

}  // namespace

std::string new_trace_id(base::Random& random) {
  return random.text(base::kLowerHex, kIdDigits);
}

std::string new_span_id(base::Random& random) {
  return random.text(base::kLowerHex, kSpanDigits);
}

Trace trace_of(const http::Head& head, base::Random& random) {
  auto trace = parse(head.header("traceparent"));
  if (!trace) trace = Trace{new_trace_id(random), {}, {}, true};
  trace->span = new_span_id(random);
  return std::move(*trace);
}

// Several headers are one list (W3C Trace Context, 3.3).
std::string tracestate_of(const http::Head& head, const Trace& trace) {
  constexpr std::size_t kLongest = 512;
  std::string all;
  if (trace.parent.empty()) return all;
  for (const auto& header : head.headers) {
    if (!http::same_word(header.name, "tracestate") || header.value.empty()) continue;
    all += (all.empty() ? "" : ",") + header.value;
  }
  return all.size() > kLongest ? std::string() : all;
}

std::string traceparent_of(const Trace& trace) {
  return "00-" + trace.id + "-" + trace.span + (trace.sampled ? "-01" : "-00");
}

}  // namespace trilogue::serve
