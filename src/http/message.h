// HTTP messages as values: what a handler sees of a request, and what it answers. No JSON here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trilogue::http {

struct Header {
  std::string name;
  std::string value;
  friend bool operator==(const Header&, const Header&) = default;
};

// Equal but for the case of ASCII letters, as header names and most header words compare.
bool same_word(std::string_view a, std::string_view b);

// The head of a request. Header names compare without regard to case.
struct Head {
  std::string method;  // "GET", "POST", …
  std::string path;    // as sent, without the query; a doubled leading slash is one, a trailing one gone
  std::string query;   // without '?'
  std::vector<Header> headers;
  std::string peer;  // address of the client
  bool tls = false;

  // The first header of that name, or "" when there is none.
  std::string_view header(std::string_view name) const;
  friend bool operator==(const Head&, const Head&) = default;
};

// The headers of an answer, written once as they go over the wire. Values may echo what a client sent: a
// control character in them becomes a space.
class HeaderLines final {
 public:
  void add(std::string_view name, std::string_view value);
  void add(std::string_view name, std::int64_t value);
  void add(const HeaderLines& more) { text_ += more.text_; }

  // `Name: value` lines, each with its line end.
  const std::string& text() const { return text_; }
  // The value of the first header of that name, or "" when there is none.
  std::string_view value(std::string_view name) const;

 private:
  void append(std::string_view name, std::string_view value);

  std::string text_;
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  HeaderLines headers;
  std::string body;
};

}  // namespace trilogue::http
