#include <algorithm>

#include "http/client.h"

namespace trilogue::http {
namespace {

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > ' ' && c < 0x7f && c != '\\'; });
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
  const auto refuse = [](const char* why) {
    return base::invalid("", std::string("expected a URL such as http://127.0.0.1:8080: ") + why);
  };
  Url url;
  if (!is_plain(text)) return refuse("it holds a blank, a backslash or a control character");
  if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else if (text.starts_with("https://")) {
    url.tls = true;
    text.remove_prefix(8);
  } else {
    return refuse("it does not begin with http:// or https://");
  }
  const auto slash = text.find_first_of("/?#");
  std::string_view authority = text.substr(0, slash);
  std::string_view path = slash == std::string_view::npos ? std::string_view{} : text.substr(slash);
  if (path.find_first_of("?#") != std::string_view::npos) return refuse("it has a query");
  if (authority.find('@') != std::string_view::npos) return refuse("it has a user name");
  while (path.ends_with('/')) path.remove_suffix(1);

  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  url.port = has_port ? std::string(authority.substr(colon + 1)) : url.tls ? "443" : "80";
  url.host = std::string(has_port ? authority.substr(0, colon) : authority);
  if (url.host.starts_with('[') && url.host.ends_with(']'))
    url.host = url.host.substr(1, url.host.size() - 2);
  if (url.host.empty() || !is_port(url.port)) return refuse("the host or the port is missing");
  url.path = std::string(path);
  return url;
}

}  // namespace trilogue::http
