#include "serve/token_count.h"

#include "dialect/chat/errors.h"
#include "dialect/chat/request.h"
#include "serve/generation.h"
#include "serve/json_body.h"
#include "serve/reply.h"
#include "serve/settle.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;

asio::awaitable<base::Result<int>> count_prompt(Call& call, const Model& model, canon::Request request) {
  engine::Patience patience = patience_of(call, &call.exchange);
  auto counted = co_await model.engine->count(std::move(request), std::move(patience));
  if (!counted) co_return base::fail(told_to_caller(call, std::move(counted.error())));
  co_return counted->tokens;
}

namespace {

asio::awaitable<base::Result<int>> count(Services& services, Call& call) {
  auto body = co_await read_json_body(call);
  if (!body) co_return base::fail(std::move(body.error()));
  auto request = dialect::chat::parse_count(std::move(*body));
  if (!request) co_return base::fail(std::move(request.error()));
  call.model = request->model;
  const auto model = settle(services, call, *request, "reasoning_effort");
  if (!model) co_return base::fail(model.error());
  auto counting = count_prompt(call, **model, std::move(*request));
  auto tokens = co_await std::move(counting);
  if (!tokens) co_return base::fail(dialect::chat::in_own_terms(std::move(tokens.error())));
  co_return tokens;
}

}  // namespace

asio::awaitable<void> token_count(Services& services, Call& call) {
  auto tokens = co_await count(services, call);
  if (!tokens) {
    co_await reply_failure(call, std::move(tokens.error()));
    co_return;
  }
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().key("data").begin_object().field("total_tokens", *tokens).end_object().end_object();
  co_await reply_json(call, std::move(body));
}

}  // namespace trilogue::serve
