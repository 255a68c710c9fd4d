#include "admission/redis/address.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace trilogue::admission::redis {
namespace {

using base::Result;

constexpr int kMostDatabase = 65'535;

tl::unexpected<base::Failure> refuse(const std::string& why) {
  return base::invalid("", "expected an address such as redis://user:password@host:6379/0: " + why);
}

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto code = number<unsigned char>(text.substr(i + 1, 2), 16);
    if (!code || text.size() - i < 3) return std::nullopt;
    out += static_cast<char>(*code);
    i += 2;
  }
  return out;
}

// Takes `[[USER]:PASSWORD@]` off the front.
Result<void> take_user(Address& address, std::string_view& text) {
  const auto at = text.substr(0, text.find('/')).rfind('@');
  if (at == std::string_view::npos) return {};
  const std::string_view both = text.substr(0, at);
  text.remove_prefix(at + 1);
  const auto colon = both.find(':');
  if (colon == std::string_view::npos) return refuse("before the @ stands no password");
  const auto user = percent_decoded(both.substr(0, colon));
  auto password = percent_decoded(both.substr(colon + 1));
  if (!user || !password) return refuse("a % is not followed by two hex digits");
  address.user = *user;
  address.password = base::Secret(std::move(*password));
  if (address.password.empty()) return refuse("the password is empty");
  return {};
}

Result<void> take_database(Address& address, std::string_view text) {
  const auto database = number<int>(text);
  if (!database || *database < 0 || *database > kMostDatabase)
    return refuse("the database is a number from 0 on");
  address.database = *database;
  return {};
}

Result<Address> parse_file(std::string_view text) {
  Address address;
  if (text.starts_with("//")) text.remove_prefix(2);
  if (auto fine = take_user(address, text); !fine) return base::fail(std::move(fine.error()));
  const auto query = text.find('?');
  address.place.file = std::string(text.substr(0, query));
  if (!address.place.file.starts_with('/') || address.place.file.size() < 2)
    return refuse("the file of a socket is named by its whole path");
  if (query == std::string_view::npos) return address;
  text.remove_prefix(query);
  if (!text.starts_with("?db=")) return refuse("after the file only ?db=NUMBER may stand");
  if (auto fine = take_database(address, text.substr(4)); !fine) return base::fail(std::move(fine.error()));
  return address;
}

Result<void> take_place(http::Place& place, std::string_view authority) {
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  place.port = has_port ? std::string(authority.substr(colon + 1)) : "6379";
  std::string_view host = has_port ? authority.substr(0, colon) : authority;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  place.host = std::string(host);
  const auto port = number<std::uint16_t>(place.port);
  if (place.host.empty() || !port || *port == 0) return refuse("the host or the port is missing");
  return {};
}

Result<Address> parse_network(std::string_view text, bool tls) {
  Address address;
  address.place.tls = tls;
  if (auto fine = take_user(address, text); !fine) return base::fail(std::move(fine.error()));
  const auto slash = text.find('/');
  if (auto fine = take_place(address.place, text.substr(0, slash)); !fine)
    return base::fail(std::move(fine.error()));
  if (slash == std::string_view::npos || slash + 1 == text.size()) return address;
  if (auto fine = take_database(address, text.substr(slash + 1)); !fine)
    return base::fail(std::move(fine.error()));
  return address;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != 0x7f; });
  if (!plain) return refuse("it holds a blank or a control character");
  for (const std::string_view scheme : {"redis://", "valkey://"}) {
    if (text.starts_with(scheme)) return parse_network(text.substr(scheme.size()), false);
  }
  for (const std::string_view scheme : {"rediss://", "valkeys://"}) {
    if (text.starts_with(scheme)) return parse_network(text.substr(scheme.size()), true);
  }
  if (text.starts_with("unix:")) return parse_file(text.substr(5));
  return refuse("it begins with redis://, rediss://, valkey://, valkeys:// or unix:");
}

}  // namespace trilogue::admission::redis
