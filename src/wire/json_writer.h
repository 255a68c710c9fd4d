// Writes compact JSON at the end of a caller's string. Allocates nothing but that string's growth. Commas
// come by themselves; balance of begin and end is the caller's. Text must be valid UTF-8. Use one writer per
// thread.
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace trilogue::wire {

// The text between quotes, escaped where JSON demands it and nowhere else.
void append_json_string(std::string& out, std::string_view text);
// The same without the quotes.
void append_json_escaped(std::string& out, std::string_view text);
// A member's name and its colon; a comma before it where others stand before it.
void append_json_key(std::string& out, std::string_view name, bool comma);
// Shortest digits that read back as the same number. JSON has no infinity and no NaN: those become null.
void append_json_number(std::string& out, double value);
void append_json_number(std::string& out, std::int64_t value);

class JsonWriter final {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  // A name that stands in the source, where nothing has to be escaped.
  template <std::size_t Size>
  JsonWriter& key(const char (&name)[Size]) {
    assert(std::string_view(name).size() == Size - 1 &&
           std::string_view(name).find_first_of("\"\\") == std::string_view::npos);
    char written[Size + 3];  // with a comma, two quotes and a colon for its terminator
    char* at = written;
    *at = ',';
    at += comma_ ? 1 : 0;
    *at++ = '"';
    std::memcpy(at, name, Size - 1);
    at += Size - 1;
    *at++ = '"';
    *at++ = ':';
    out_.append(written, static_cast<std::size_t>(at - written));
    comma_ = false;
    return *this;
  }
  JsonWriter& key(std::string_view name) {
    append_json_key(out_, name, comma_);
    comma_ = false;
    return *this;
  }

  JsonWriter& value(std::string_view text) {
    separate();
    append_json_string(out_, text);
    return *this;
  }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(std::same_as<bool> auto flag) { return raw(flag ? "true" : "false"); }
  JsonWriter& value(double number) {
    separate();
    append_json_number(out_, number);
    return *this;
  }
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  JsonWriter& value(Integer number) {
    separate();
    append_json_number(out_, static_cast<std::int64_t>(number));
    return *this;
  }
  JsonWriter& null() { return raw("null"); }

  // JSON text made elsewhere.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
  }

  // key() and value() in one.
  template <class Name, class T>
  JsonWriter& field(const Name& name, const T& content) {
    return key(name).value(content);
  }

 private:
  // A value is written next: true afterwards, so that the one after it is set apart.
  void separate() {
    if (comma_) out_ += ',';
    comma_ = true;
  }
  JsonWriter& open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_ += bracket;
    comma_ = true;
    return *this;
  }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace trilogue::wire
