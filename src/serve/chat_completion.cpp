#include "serve/chat_completion.h"

#include <memory>

#include "dialect/chat/errors.h"
#include "dialect/chat/reply.h"
#include "dialect/chat/request.h"
#include "dialect/chat/stream.h"
#include "serve/deliver.h"
#include "serve/json_body.h"

namespace trilogue::serve {
namespace asio = boost::asio;
namespace chat = dialect::chat;

namespace {

// Some join what they find in the chunks: Python's stream helper puts the roles one behind the other, and
// Go's adds up the usages.
bool joins_chunks(const Call& call) {
  const http::Head& head = call.exchange.head();
  return head.header("x-stainless-helper-method").ends_with("chat.completions.stream") ||
         head.header("x-stainless-lang") == "go";
}

}  // namespace

asio::awaitable<void> chat_completion(Services& services, Call& call) {
  auto body = co_await read_json_body(call);
  if (!body) {
    co_await reply_failure(call, std::move(body.error()));
    co_return;
  }
  auto parsed = chat::parse(std::move(*body), chat::ParseLimits{call.policy->limits.max_choices});
  if (!parsed) {
    co_await reply_failure(call, std::move(parsed.error()));
    co_return;
  }
  call.model = parsed->request.model;
  const int choices = parsed->request.choices;
  chat::ReplyOptions options = parsed->reply;
  if (call.policy->limits.openai_chunks || joins_chunks(call)) options.chunks = chat::ChunkStyle::openai;
  chat::ReplyContext context{services.random.uuid(), base::unix_seconds(services.wall_clock()), call.model};

  auto generation = co_await Generation::begin(services, call, &call.exchange, std::move(parsed->request),
                                               "reasoning_effort");
  if (!generation) {
    base::Failure failure = chat::in_own_terms(std::move(generation.error()));
    co_await reply_failure(call, std::move(failure));
    co_return;
  }
  if (options.stream) {
    const auto encoder = std::make_unique<chat::StreamEncoder>(context, options, choices);
    co_await deliver_stream(call, **generation, *encoder);
  } else {
    const auto fold = std::make_unique<chat::ReplyFold>(std::move(context), options, choices);
    co_await deliver_whole(call, **generation, *fold);
  }
}

}  // namespace trilogue::serve
