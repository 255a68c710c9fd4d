#include "serve/operator.h"

#include "admission/operator_desk.h"
#include "serve/json_body.h"
#include "serve/reply.h"
#include "wire/json.h"
#include "wire/json_node.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;

using admission::Session;
using base::FailureKind;
using base::Result;

namespace {

constexpr std::string_view kCookie = "trilogue_session";
constexpr std::string_view kCsrfHeader = "x-trilogue-csrf";
constexpr std::size_t kMostToSignIn = 4096;  // bytes: anybody may send them

// The value of the session's cookie (RFC 6265, 5.4), "" without one.
std::string_view session_cookie(const http::Head& head) {
  std::string_view all = head.header("cookie");
  while (!all.empty()) {
    std::string_view pair = all.substr(0, all.find(';'));
    all.remove_prefix(std::min(all.size(), pair.size() + 1));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(kCookie) && pair.substr(kCookie.size()).starts_with('='))
      return pair.substr(kCookie.size() + 1);
  }
  return {};
}

bool changes_something(std::string_view method) {
  return method != "GET" && method != "HEAD";
}

std::string session_json(const Session& session) {
  std::string body;
  wire::JsonWriter(body)
      .begin_object()
      .field("object", "session")
      .field("csrf", session.csrf)
      .field("expires_at", base::unix_seconds(session.expires))
      .end_object();
  return body;
}

void add_cookie(Call& call, std::string_view value, bool gone) {
  std::string text = std::string(kCookie) + "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Strict";
  if (call.exchange.secure()) text += "; Secure";
  if (gone) text += "; Max-Age=0";
  call.headers.add("Set-Cookie", text);
}

asio::awaitable<Result<std::string>> read_token(Call& call) {
  auto body = co_await read_json_body(call, kMostToSignIn);
  if (!body) co_return base::fail(std::move(body.error()));
  const auto document = wire::Document::parse(std::move(*body));
  if (!document) co_return base::fail(document.error());
  const wire::Node root(document->root());
  wire::Reader reader;
  std::string token;
  if (reader.is_object(root)) token = reader.required_text(root.field("token"));
  if (reader.failed()) co_return base::fail(reader.take_fault());
  co_return token;
}

}  // namespace

Result<void> check_operator(Services& services, const http::Exchange& exchange) {
  if (exchange.local()) return {};
  const http::Head& head = exchange.head();
  const admission::Credentials credentials{head.header("authorization"), {}};
  if (const auto token = credentials.key(); !token.empty()) {
    if (services.desk.is_admin_token(token)) return {};
    return base::fail(FailureKind::unauthenticated, "Incorrect admin token provided");
  }
  const auto session = services.desk.session(session_cookie(head));
  if (!session) return base::fail(session.error());
  if (changes_something(head.method) &&
      base::Secret(std::string(head.header(kCsrfHeader))) != base::Secret(session->csrf))
    return base::fail(FailureKind::forbidden, "The header X-Trilogue-Csrf is missing or wrong");
  return {};
}

asio::awaitable<void> sign_in(Services& services, Call& call) {
  const auto token = co_await read_token(call);
  if (!token) {
    co_await reply_failure(call, token.error());
    co_return;
  }
  const auto session = services.desk.sign_in(*token);
  if (!session) {
    co_await reply_failure(call, session.error());
    co_return;
  }
  services.desk.sign_out(session_cookie(call.exchange.head()));  // never the one the browser came with
  add_cookie(call, session->id, false);
  co_await reply_json(call, session_json(*session));
}

asio::awaitable<void> show_session(Services& services, Call& call) {
  const auto session = services.desk.session(session_cookie(call.exchange.head()));
  if (!session) {
    co_await reply_failure(call, session.error());
    co_return;
  }
  co_await reply_json(call, session_json(*session));
}

asio::awaitable<void> sign_out(Services& services, Call& call) {
  services.desk.sign_out(session_cookie(call.exchange.head()));
  add_cookie(call, "", true);
  http::Reply reply{204, "", call.headers, ""};
  call.status = reply.status;
  co_await call.exchange.reply(std::move(reply));
}

asio::awaitable<void> make_link(Services& services, Call& call) {
  const base::Secret token = services.desk.one_time_token();
  std::string body;
  wire::JsonWriter(body)
      .begin_object()
      .field("object", "console_link")
      .field("path", "/console#token=" + std::string(token.expose()))
      .end_object();
  co_await reply_json(call, std::move(body));
}

}  // namespace trilogue::serve
