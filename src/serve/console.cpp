#include "serve/console.h"

#include <algorithm>
#include <string>
#include <utility>

#include "serve/console_files.h"
#include "serve/reply.h"

namespace trilogue::serve {

namespace {

// Nothing but its own files, and nobody may frame it.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Reply reply_of(const Call& call, const ConsoleFile& file) {
  const bool known = call.exchange.head().header("if-none-match") == file.tag;
  http::Reply reply{known ? 304 : 200, std::string(file.content_type), call.headers, ""};
  if (!known) reply.body = file.bytes;
  reply.headers.add("Content-Security-Policy", kPolicy);
  reply.headers.add("X-Content-Type-Options", "nosniff");
  reply.headers.add("Referrer-Policy", "no-referrer");
  reply.headers.add("Cache-Control", "no-cache");
  reply.headers.add("ETag", file.tag);
  return reply;
}

}  // namespace

boost::asio::awaitable<void> show_console(Services&, Call& call) {
  const auto files = console_files();
  const auto file = std::ranges::find(files, call.exchange.head().path, &ConsoleFile::path);
  if (file == files.end()) {
    base::Failure failure{base::FailureKind::not_found, "There is nothing at this path", {}, {}};
    co_await reply_failure(call, std::move(failure));
    co_return;
  }
  http::Reply reply = reply_of(call, *file);
  call.status = reply.status;
  co_await call.exchange.reply(std::move(reply));
}

}  // namespace trilogue::serve
