#include "dialect/responses/custom_input.h"

#include <algorithm>

#include "base/hex.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::responses {

namespace {

constexpr unsigned kReplacement = 0xFFFD;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

char unescaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // of quotes and slashes this is the rule, of others the mildest reading
  }
}

void append_character(unsigned code, std::string& text) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

}  // namespace

void CustomInput::feed(std::string_view piece, std::string& text) {
  if (!found_) written_ += piece;
  std::size_t at = 0;
  while (at < piece.size() && at_ != At::after) {
    if (at_ == At::value && !escaped_ && hex_left_ == 0 && high_ == 0) {
      const std::size_t end = std::min(piece.find_first_of("\"\\", at), piece.size());
      text.append(piece.substr(at, end - at));
      at = end;
      if (at == piece.size()) return;
    }
    const char c = piece[at++];
    at_ == At::value ? inside(c, text) : outside(c);
  }
}

void CustomInput::outside(char c) {
  if (at_ == At::key) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      at_ = At::before_value;
    }
    return;
  }
  if (is_space(c)) return;
  if (at_ == At::start && c == '{') {
    at_ = At::before_key;
  } else if (at_ == At::before_key && c == '"') {
    at_ = At::key;
  } else if (at_ == At::before_value && c == '"') {
    at_ = At::value;
    found_ = true;
    written_.clear();
  } else if (at_ != At::before_value || c != ':') {
    at_ = At::after;  // not the object that was asked for
  }
}

void CustomInput::inside(char c, std::string& text) {
  if (hex_left_ > 0) return hex_digit(c, text);
  if (escaped_) {
    escaped_ = false;
    if (c == 'u') {
      hex_left_ = 4;
      hex_ = 0;
      return;
    }
    lone_surrogate(text);
    text += unescaped(c);
    return;
  }
  if (c == '\\') {
    escaped_ = true;
    return;
  }
  lone_surrogate(text);
  if (c == '"') {
    at_ = At::after;
  } else {
    text += c;
  }
}

void CustomInput::hex_digit(char c, std::string& text) {
  const int digit = base::hex_digit(c);
  if (digit < 0) {  // no escape after all: what stands here is a character of its own
    hex_left_ = 0;
    code_unit(kReplacement, text);
    return inside(c, text);
  }
  hex_ = hex_ << 4 | static_cast<unsigned>(digit);
  if (--hex_left_ == 0) code_unit(hex_, text);
}

void CustomInput::code_unit(unsigned unit, std::string& text) {
  const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
  if (low && high_ != 0) {
    append_character(0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00), text);
    high_ = 0;
    return;
  }
  lone_surrogate(text);
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    high_ = unit;
  } else {
    append_character(low ? kReplacement : unit, text);
  }
}

void CustomInput::lone_surrogate(std::string& text) {
  if (high_ != 0) append_character(kReplacement, text);
  high_ = 0;
}

void CustomInput::end(bool cut, std::string& text) {
  lone_surrogate(text);
  if (!found_ && !cut) text += written_;
}

std::string CustomInput::arguments_of(std::string_view text) {
  std::string out;
  wire::JsonWriter(out).begin_object().field("input", text).end_object();
  return out;
}

}  // namespace trilogue::dialect::responses
