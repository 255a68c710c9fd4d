// HTTP messages as values: what a handler sees of a request, and what it answers. No JSON here.
#pragma once

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

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<Header> headers;
  std::string body;
};

}  // namespace trilogue::http
