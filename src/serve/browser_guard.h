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
  bool any_host = false;             // keys are required: a page that rebinds a name has none
};

class BrowserGuard final {
 public:
  explicit BrowserGuard(BrowserRules rules) : rules_(std::move(rules)) {}

  // Failures: forbidden for a foreign Host or Origin.
  base::Result<void> check(const http::Head& head) const;

  // Adds the CORS headers for this request's origin; none when it has no Origin or a disallowed one.
  void add_cors(const http::Head& head, http::HeaderLines& to) const;

 private:
  bool host_allowed(std::string_view host) const;
  bool origin_allowed(std::string_view origin) const;

  BrowserRules rules_;
};

}  // namespace trilogue::serve
