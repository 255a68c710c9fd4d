#include "serve/browser_guard.h"

#include <gtest/gtest.h>

namespace trilogue::serve {
namespace {

http::Head head(std::vector<http::Header> headers) {
  http::Head out;
  out.method = "POST";
  out.path = "/v1/chat/completions";
  out.headers = std::move(headers);
  return out;
}

bool allowed(const BrowserGuard& guard, std::vector<http::Header> headers, bool keys_required = false) {
  return guard.check(head(std::move(headers)), keys_required).has_value();
}

TEST(BrowserGuard, LetsToolsAndLoopbackNamesIn) {
  const BrowserGuard guard({});
  for (const auto* host :
       {"", "localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080", "app.localhost"}) {
    EXPECT_TRUE(allowed(guard, {{"Host", host}})) << host;
  }
}

TEST(BrowserGuard, RefusesForeignHostNames) {
  const BrowserGuard guard({});
  for (const auto* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
                           "evil.example:8080", "[::2]:80", "notlocalhost"}) {
    EXPECT_FALSE(allowed(guard, {{"Host", host}})) << host;
  }
}

TEST(BrowserGuard, LetsAnyHostNameInWhereKeysAreRequired) {
  const BrowserGuard guard({});
  EXPECT_FALSE(allowed(guard, {{"Host", "gpu-box.lan:8080"}}));
  EXPECT_TRUE(allowed(guard, {{"Host", "gpu-box.lan:8080"}}, true));
  EXPECT_FALSE(allowed(guard, {{"Host", "gpu-box.lan:8080"}, {"Origin", "https://evil.example"}}, true));
  EXPECT_TRUE(allowed(guard, {{"Host", "gpu-box.lan:8080"}, {"Origin", "http://gpu-box.lan:8080"}}, true));
}

TEST(BrowserGuard, RefusesPagesOfAnotherOrigin) {
  const BrowserGuard guard({});
  for (const auto* origin :
       {"https://evil.example", "null", "http://localhost:3000", "http://localhost.evil:8080"}) {
    EXPECT_FALSE(allowed(guard, {{"Host", "localhost:8080"}, {"Origin", origin}})) << origin;
  }
  EXPECT_TRUE(allowed(guard, {{"Host", "localhost:8080"}, {"Origin", "http://localhost:8080"}}));
}

TEST(BrowserGuard, AnswersCorsForConfiguredOriginsOnly) {
  const BrowserGuard guard({{"api.example"}, {"https://app.example"}});
  const auto good = head({{"Host", "api.example"}, {"Origin", "https://app.example"}});
  EXPECT_TRUE(guard.check(good, false));
  http::HeaderLines to_good, to_evil;
  guard.add_cors(good, to_good);
  EXPECT_EQ(to_good.value("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(to_good.value("Vary"), "Origin");
  for (const auto* name :
       {"X-Should-Retry", "x-ratelimit-reset-tokens", "anthropic-ratelimit-requests-limit"})
    EXPECT_NE(to_good.value("access-control-expose-headers").find(name), std::string::npos) << name;
  guard.add_cors(head({{"Host", "api.example"}, {"Origin", "https://app.example.evil"}}), to_evil);
  EXPECT_EQ(to_evil.text(), "");
}

}  // namespace
}  // namespace trilogue::serve
