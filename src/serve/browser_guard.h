// Keeps web pages away from a server without keys: a page may not reach it through a host name of its own
// (DNS rebinding), nor from an origin that is not allowed. Answers CORS for the configured origins only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace trilogue::serve {

struct BrowserRules {
  std::vector<std::string> hosts;    // further names under which this server may be called, without the port
  std::vector<std::string> origins;  // `https://app.example`, or `*` for any
};

class BrowserGuard final {
 public:
  explicit BrowserGuard(BrowserRules rules) : rules_(std::move(rules)) {}

  // Failures: forbidden for a foreign Host or Origin. Where keys are required at this moment any Host is
  // fine: a page that rebinds a name has no key.
  base::Result<void> check(const http::Head& head, bool keys_required) const;

  // Adds the CORS headers for this request's origin; none when it has no Origin or a disallowed one.
  void add_cors(const http::Head& head, http::HeaderLines& to) const;

 private:
  bool host_allowed(std::string_view host) const;
  bool origin_allowed(std::string_view origin) const;

  BrowserRules rules_;
};

}  // namespace trilogue::serve
