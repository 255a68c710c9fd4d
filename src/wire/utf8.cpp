#include "wire/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace trilogue::wire {

namespace {

unsigned char byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// What must follow a lead byte: how many bytes the character takes (0: this byte leads none) and the range of
// the second, which is where overlong forms, surrogates and the end of Unicode show (RFC 3629, section 4).
struct Lead {
  std::size_t length = 0;
  unsigned char second_low = 0x80;
  unsigned char second_high = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xC2) return {0};
  if (byte < 0xE0) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

// How many bytes from `at` on can belong to one character, up to the first that cannot.
struct Piece {
  std::size_t taken;
  bool whole;
};

Piece piece_at(std::string_view bytes, std::size_t at) {
  const Lead lead = lead_of(byte_at(bytes, at));
  if (lead.length == 0) return {1, false};
  for (std::size_t i = 1; i < lead.length; ++i) {
    if (at + i >= bytes.size()) return {i, false};
    const unsigned char low = i == 1 ? lead.second_low : 0x80;
    const unsigned char high = i == 1 ? lead.second_high : 0xBF;
    const unsigned char byte = byte_at(bytes, at + i);
    if (byte < low || byte > high) return {i, false};
  }
  return {lead.length, true};
}

std::size_t skip_ascii(std::string_view bytes, std::size_t at) {
  while (at + 8 <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    if ((word & 0x8080808080808080u) != 0) break;
    at += 8;
  }
  while (at < bytes.size() && byte_at(bytes, at) < 0x80) ++at;
  return at;
}

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
  std::size_t at = skip_ascii(bytes, 0);
  while (at < bytes.size()) {
    const Piece piece = piece_at(bytes, at);
    if (!piece.whole) return false;
    at = skip_ascii(bytes, at + piece.taken);
  }
  return true;
}

std::size_t incomplete_tail(std::string_view bytes) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
    const std::size_t at = bytes.size() - back;
    if (is_continuation(byte_at(bytes, at))) continue;
    const Piece piece = piece_at(bytes, at);
    const bool could_go_on = lead_of(byte_at(bytes, at)).length > back && piece.taken == back;
    return could_go_on ? back : 0;
  }
  return 0;
}

std::size_t border_before(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  while (at > 0 && is_continuation(byte_at(text, at))) --at;
  return at;
}

std::size_t count_characters(std::string_view text) {
  const auto goes_on = [](char c) { return is_continuation(static_cast<unsigned char>(c)); };
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), goes_on));
}

std::string replace_invalid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const Piece piece = piece_at(bytes, at);
    out += piece.whole ? bytes.substr(at, piece.taken) : std::string_view("\xEF\xBF\xBD");
    at += piece.taken;
  }
  return out;
}

}  // namespace trilogue::wire
