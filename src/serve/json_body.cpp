#include "serve/json_body.h"

namespace trilogue::serve {
namespace asio = boost::asio;

namespace {

constexpr std::string_view kJson = "application/json";

// `application/json`, with parameters or without.
bool is_json(std::string_view content_type) {
  std::string_view kind = content_type.substr(0, content_type.find(';'));
  while (kind.ends_with(' ')) kind.remove_suffix(1);
  return http::same_word(kind, kJson);
}

}  // namespace

asio::awaitable<base::Result<std::string>> read_json_body(Call& call, std::size_t most) {
  if (!is_json(call.exchange.head().header("content-type"))) {
    co_return base::fail(base::FailureKind::unsupported_media_type,
                         "The body must be JSON: send Content-Type: application/json");
  }
  auto body = co_await call.exchange.read_body(most);
  const std::size_t kept = call.api == Api::other ? 0 : call.policy->limits.prompt_bytes;
  if (body && kept > 0) {
    call.prompt = body->substr(0, kept);
    call.prompt_cut = body->size() > kept;
  }
  co_return body;
}

}  // namespace trilogue::serve
