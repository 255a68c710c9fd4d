#include "serve/messages.h"

#include <memory>

#include "dialect/messages/own_terms.h"
#include "dialect/messages/reply.h"
#include "dialect/messages/request.h"
#include "dialect/messages/stream.h"
#include "serve/deliver.h"
#include "serve/json_body.h"
#include "serve/settle.h"
#include "serve/token_count.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;
namespace messages = dialect::messages;

namespace {

constexpr std::string_view kEffortPath = "output_config.effort";

// Letters and digits only, as many as a power of two.
constexpr std::string_view kIdLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string new_message_id(base::Random& random) {
  return "msg_" + random.text(kIdLetters, 24);
}

asio::awaitable<base::Result<int>> count(Services& services, Call& call) {
  auto body = co_await read_json_body(call);
  if (!body) co_return base::fail(std::move(body.error()));
  auto parsed = messages::parse_count(std::move(*body));
  if (!parsed) co_return base::fail(std::move(parsed.error()));
  call.model = parsed->request.model;
  const auto model = settle(services, call, parsed->request, kEffortPath);
  if (!model) co_return base::fail(model.error());
  auto counting = count_prompt(call, **model, std::move(parsed->request));
  auto counted = co_await std::move(counting);
  if (!counted) co_return base::fail(messages::in_own_terms(counted.error(), parsed->places));
  co_return *counted;
}

}  // namespace

asio::awaitable<void> create_message(Services& services, Call& call) {
  auto body = co_await read_json_body(call);
  if (!body) {
    co_await reply_failure(call, std::move(body.error()));
    co_return;
  }
  auto parsed = messages::parse(std::move(*body));
  if (!parsed) {
    co_await reply_failure(call, std::move(parsed.error()));
    co_return;
  }
  call.model = parsed->request.model;
  const messages::ReplyOptions options = parsed->reply;
  messages::ReplyContext context{new_message_id(services.random), call.model, call.trace.id};

  auto generation =
      co_await Generation::begin(services, call, &call.exchange, std::move(parsed->request), kEffortPath);
  if (!generation) {
    base::Failure failure = messages::in_own_terms(std::move(generation.error()), parsed->places);
    co_await reply_failure(call, std::move(failure));
    co_return;
  }
  if (options.stream) {
    const auto encoder = std::make_unique<messages::StreamEncoder>(std::move(context), options);
    co_await deliver_stream(call, **generation, *encoder);
  } else {
    const auto fold = std::make_unique<messages::ReplyFold>(std::move(context), options);
    co_await deliver_whole(call, **generation, *fold);
  }
}

asio::awaitable<void> count_message_tokens(Services& services, Call& call) {
  auto tokens = co_await count(services, call);
  if (!tokens) {
    co_await reply_failure(call, std::move(tokens.error()));
    co_return;
  }
  std::string body;
  wire::JsonWriter(body).begin_object().field("input_tokens", *tokens).end_object();
  co_await reply_json(call, std::move(body));
}

}  // namespace trilogue::serve
