#include "serve/browser_guard.h"

#include <algorithm>

#include "serve/rate_headers.h"

namespace trilogue::serve {
namespace {

using base::FailureKind;

// Without these the SDK of a page would retry what it was told not to.
std::string readable_by_pages() {
  return "X-Trace-Id, X-Request-Id, Request-Id, Retry-After, X-Should-Retry, " + rate_header_names();
}

// `example.org:8080` → `example.org`, `[::1]:8080` → `[::1]`
std::string_view without_port(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const auto end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(0, end + 1);
  }
  return host.substr(0, host.find(':'));
}

bool is_digits_and_dots(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

// A page can only rebind a name that it owns: never one of these.
bool is_loopback_name(std::string_view name) {
  return http::same_word(name, "localhost") || name.ends_with(".localhost") || name == "[::1]" ||
         (is_digits_and_dots(name) && name.starts_with("127."));
}

std::string_view host_of_origin(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view{} : without_port(origin.substr(scheme + 3));
}

}  // namespace

bool BrowserGuard::host_allowed(std::string_view host) const {
  const std::string_view name = without_port(host);
  if (name.empty() || is_loopback_name(name)) return true;
  return std::any_of(rules_.hosts.begin(), rules_.hosts.end(), [&](const std::string& allowed) {
    return allowed == "*" || http::same_word(allowed, name);
  });
}

bool BrowserGuard::origin_allowed(std::string_view origin) const {
  return std::any_of(rules_.origins.begin(), rules_.origins.end(), [&](const std::string& allowed) {
    return allowed == "*" || http::same_word(allowed, origin);
  });
}

base::Result<void> BrowserGuard::check(const http::Head& head, bool keys_required) const {
  if (!keys_required && !host_allowed(head.header("host"))) {
    return base::fail(FailureKind::forbidden,
                      "This server does not answer under that host name; allow it with browser.hosts");
  }
  const std::string_view origin = head.header("origin");
  if (origin.empty() || origin_allowed(origin)) return {};
  // A page that this server itself served is of the same origin.
  const bool own_page = http::same_word(host_of_origin(origin), without_port(head.header("host"))) &&
                        origin.ends_with(head.header("host"));
  if (own_page) return {};
  return base::fail(FailureKind::forbidden,
                    "Pages of that origin may not call this server; allow it with browser.origins");
}

void BrowserGuard::add_cors(const http::Head& head, http::HeaderLines& to) const {
  const std::string_view origin = head.header("origin");
  if (origin.empty() || !origin_allowed(origin)) return;
  to.add("Access-Control-Allow-Origin", origin);
  to.add("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
  to.add("Access-Control-Allow-Headers", "*, Authorization, Content-Type, X-Api-Key, Anthropic-Version");
  to.add("Access-Control-Expose-Headers", readable_by_pages());
  to.add("Access-Control-Max-Age", "600");
  to.add("Vary", "Origin");
}

}  // namespace trilogue::serve
