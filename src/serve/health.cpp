#include "serve/health.h"

#include "serve/reply.h"

namespace trilogue::serve {
namespace asio = boost::asio;

asio::awaitable<void> health(Services&, Call& call) {
  std::string body = R"({"status":"ok"})";
  co_await reply_json(call, std::move(body));
}

asio::awaitable<void> ready(Services& services, Call& call) {
  if (services.draining) {
    base::Failure failure{
        base::FailureKind::unavailable, "The server is shutting down", {}, std::chrono::seconds(1)};
    co_await reply_failure(call, std::move(failure));
    co_return;
  }
  if (auto fine = services.keyring.check_current(); !fine) {
    co_await reply_failure(call, std::move(fine.error()));
    co_return;
  }
  std::string body = R"({"status":"ready"})";
  co_await reply_json(call, std::move(body));
}

asio::awaitable<void> greet(Services&, Call& call) {
  std::string body = R"({"name":"trilogue","api":"/v1/chat/completions","models":"/v1/models"})";
  co_await reply_json(call, std::move(body));
}

}  // namespace trilogue::serve
