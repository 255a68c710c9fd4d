#include "wire/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace trilogue::wire {

namespace {

constexpr std::array<bool, 256> escapes_table() {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = table['\\'] = true;
  return table;
}
constexpr std::array<bool, 256> kNeedsEscape = escapes_table();

constexpr std::uint64_t each(unsigned char byte) {
  return 0x0101010101010101u * byte;
}

// Non-zero when one of eight bytes must be escaped; exact, since bytes over 0x7F are masked out first.
constexpr std::uint64_t escapes_in(std::uint64_t word) {
  const std::uint64_t low = word & each(0x7F);
  const std::uint64_t not_control = low + each(0x60);  // top bit set where the low seven bits are ≥ 0x20
  const std::uint64_t not_quote = (low ^ each('"')) + each(0x7F);
  const std::uint64_t not_backslash = (low ^ each('\\')) + each(0x7F);
  return ~((not_control & not_quote & not_backslash) | word) & each(0x80);
}

// Whether one of sixteen bytes must be escaped.
bool escapes_in_16(const char* at) {
  using Bytes = unsigned char __attribute__((vector_size(16)));
  using Halves = std::uint64_t __attribute__((vector_size(16)));
  Bytes bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  const auto found = reinterpret_cast<Halves>((bytes < 0x20) | (bytes == '"') | (bytes == '\\'));
  return (found[0] | found[1]) != 0;
}

// Texts up to here are put together aside, so that the string grows once.
constexpr std::size_t kShort = 62;

template <class Word>
std::uint64_t load(const char* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Whether none of it must be escaped. Loads that overlap spare short texts, most of which are names, a loop.
bool is_plain(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text.size() >= 16) {
    for (; end - at > 16; at += 16) {
      if (escapes_in_16(at)) return false;
    }
    return !escapes_in_16(end - 16);
  }
  if (text.size() >= 8)
    return (escapes_in(load<std::uint64_t>(at)) | escapes_in(load<std::uint64_t>(end - 8))) == 0;
  if (text.size() >= 4) return escapes_in(load<std::uint32_t>(at) | load<std::uint32_t>(end - 4) << 32) == 0;
  for (; at != end; ++at) {
    if (kNeedsEscape[static_cast<unsigned char>(*at)]) return false;
  }
  return true;
}

// How many bytes from `at` on can be copied as they are.
std::size_t plain_run(const char* at, const char* end) {
  const char* const begin = at;
  while (end - at >= 16 && !escapes_in_16(at)) at += 16;
  // The rest of a long text is looked at together with some of what came before it.
  if (end - at < 16 && end - begin >= 16 && !escapes_in_16(end - 16))
    return static_cast<std::size_t>(end - begin);
  while (end - at >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    if (escapes_in(word) != 0) break;
    at += 8;
  }
  while (at != end && !kNeedsEscape[static_cast<unsigned char>(*at)]) ++at;
  return static_cast<std::size_t>(at - begin);
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  const char escape[] = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
  out.append(escape, sizeof escape);
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    const std::size_t run = plain_run(at, end);
    out.append(at, run);
    at += run;
    if (at != end) append_escape(out, *at++);
  }
}

void append_json_string(std::string& out, std::string_view text) {
  if (text.size() <= kShort && is_plain(text)) {
    char quoted[kShort + 2];
    quoted[0] = '"';
    text.copy(quoted + 1, text.size());
    quoted[text.size() + 1] = '"';
    out.append(quoted, text.size() + 2);
    return;
  }
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

void append_json_key(std::string& out, std::string_view name, bool comma) {
  if (name.size() <= kShort && is_plain(name)) {
    char written[kShort + 4];
    char* at = written;
    if (comma) *at++ = ',';
    *at++ = '"';
    at += name.copy(at, name.size());
    *at++ = '"';
    *at++ = ':';
    out.append(written, static_cast<std::size_t>(at - written));
    return;
  }
  if (comma) out += ',';
  append_json_string(out, name);
  out += ':';
}

void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_json_number(std::string& out, std::int64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace trilogue::wire
