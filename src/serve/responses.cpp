#include "serve/responses.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "dialect/responses/errors.h"
#include "dialect/responses/reply.h"
#include "dialect/responses/request.h"
#include "dialect/responses/stream.h"
#include "serve/background_run.h"
#include "serve/deliver.h"
#include "serve/follow.h"
#include "serve/json_body.h"
#include "serve/running_responses.h"
#include "serve/settle.h"
#include "serve/stored.h"
#include "serve/token_count.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;
namespace responses = dialect::responses;

using base::Result;
using Items = std::vector<store::Item>;

namespace {

// Of a conversation that a few bytes may go on from; as much as the largest body by default.
constexpr std::size_t kMostRemembered = std::size_t{64} << 20;

constexpr std::string_view kEffortPath = "reasoning.effort";

// What the store remembers of the conversation that the body goes on from.
asio::awaitable<Result<responses::Memory>> recall(Services& services, const Call& call,
                                                  const responses::Body& body) {
  responses::Memory memory;
  store::Responses& store = services.responses;
  const std::string key = call.caller.key_id;
  if (const auto previous = body.previous_response_id()) {
    const auto run = services.running.find(key, *previous);
    if (run != nullptr && !run->record.recording()->ended())  // once it has ended the store has been told
      co_return base::invalid("previous_response_id",
                              "the response '" + *previous + "' is still in progress");
    auto ask = [&store, &key, &previous](auto answer) {
      store.conversation(key, *previous, kMostRemembered, std::move(answer));
    };
    auto items = co_await answered<Items>(std::move(ask));
    if (!items) {
      items.error().path = "previous_response_id";
      co_return base::fail(std::move(items.error()));
    }
    for (auto& item : *items) memory.items.push_back(std::move(item.json));
  }
  auto ids = body.item_references();
  if (!ids.empty()) {
    auto ask = [&store, &key, &ids](auto answer) {
      store.items(key, std::move(ids), kMostRemembered, std::move(answer));
    };
    auto items = co_await answered<Items>(std::move(ask));
    if (!items) co_return base::fail(std::move(items.error()));
    for (auto& item : *items) memory.referenced.emplace(std::move(item.id), std::move(item.json));
  }
  co_return memory;
}

struct Read {
  responses::Body body;
  responses::Memory memory;
};

asio::awaitable<Result<Read>> read_body(Services& services, Call& call) {
  auto text = co_await read_json_body(call);
  if (!text) co_return base::fail(std::move(text.error()));
  auto body = responses::Body::parse(std::move(*text));
  if (!body) co_return base::fail(std::move(body.error()));
  auto memory = co_await recall(services, call, *body);
  if (!memory) co_return base::fail(std::move(memory.error()));
  co_return Read{std::move(*body), std::move(*memory)};
}

// What was asked for, and what makes the ids of all that belongs to its response.
struct Order {
  responses::ResponsesRequest request;
  responses::IdMaker ids;
};

// Large, so it stays where it was made while it is handed on, and out of the frames of coroutines: Asio keeps
// those of up to 1,020 bytes for the next request.
using OrderPtr = std::unique_ptr<Order>;

Result<OrderPtr> order_of(Services& services, const Call& call, const Read& read) {
  auto ids = responses::ids_from(services.random, call.arrived_ms);
  auto request = responses::read(read.body, read.memory, ids);
  if (!request) return base::fail(std::move(request.error()));
  return std::make_unique<Order>(Order{std::move(*request), std::move(ids)});
}

asio::awaitable<Result<OrderPtr>> read_order(Services& services, Call& call) {
  const auto read = co_await read_body(services, call);
  if (!read) co_return base::fail(read.error());
  co_return order_of(services, call, *read);
}

asio::awaitable<Result<int>> count(Services& services, Call& call, canon::Request request) {
  const auto model = settle(services, call, request, kEffortPath);
  if (!model) co_return base::fail(model.error());
  auto counting = count_prompt(call, **model, std::move(request));
  co_return co_await std::move(counting);
}

// What the request leaves to the server: how reasoning is shown, and the effort to name.
void fill_in(const Call& call, responses::ResponsesRequest& request) {
  const Model* model = call.policy->catalogue.find(request.request.model);
  if (model != nullptr && !request.echo.effort_asked)
    request.echo.effort = base::to_text(canon::kEffortNames, model->default_effort);
  if (request.options.reasoning != responses::ReasoningStyle::documented) return;
  // That helper knows reasoning as a part of the content only.
  if (call.policy->limits.reasoning_summaries) {
    request.options.reasoning = responses::ReasoningStyle::summary;
  } else if (asked_by_stream_helper(call)) {
    request.options.reasoning = responses::ReasoningStyle::content;
  }
}

responses::ReplyContext context_of(const Services& services, const Call& call,
                                   const responses::IdMaker& ids) {
  return {ids("resp_"), base::unix_seconds(services.wall_clock()), call.model, ids, services.wall_clock};
}

std::unique_ptr<ResponseRecord> record_of(Services& services, const Call& call, Order& order) {
  responses::ResponsesRequest& request = order.request;
  ResponseRecord::Origin origin{call.caller.key_id, request.echo.previous_response_id.value_or(""),
                                as_items(std::move(request.input_items))};
  return std::make_unique<ResponseRecord>(
      services.responses, services.log, std::move(origin),
      responses::StreamEncoder(context_of(services, call, order.ids), request));
}

// Nobody may ask for more than the disk takes: what waits for it is held in memory.
asio::awaitable<void> keep_pace(Services& services) {
  store::Responses& store = services.responses;
  if (!store.is_behind()) co_return;
  auto ask = [&store](auto answer) { store.catch_up(std::move(answer)); };
  co_await answered<void>(std::move(ask));
}

asio::awaitable<void> answer_at_once(Services& services, Call& call, OrderPtr order) {
  responses::ResponsesRequest& request = order->request;
  auto generation =
      co_await Generation::begin(services, call, &call.exchange, std::move(request.request), kEffortPath);
  if (!generation) {
    auto failure = responses::in_own_terms(std::move(generation.error()), request.tools);
    co_await reply_failure(call, std::move(failure));
    co_return;
  }
  if (request.options.store) {
    co_await keep_pace(services);
    const auto record = record_of(services, call, *order);
    if (request.options.stream) {
      co_await deliver_stream(call, **generation, *record);
    } else {
      co_await deliver_whole(call, **generation, *record);
    }
  } else if (request.options.stream) {
    const auto encoder =
        std::make_unique<responses::StreamEncoder>(context_of(services, call, order->ids), request);
    co_await deliver_stream(call, **generation, *encoder);
  } else {
    const auto fold = std::make_unique<responses::ReplyFold>(context_of(services, call, order->ids), request);
    co_await deliver_whole(call, **generation, *fold);
  }
}

// Puts the run where others find it and lets it go on by itself.
asio::awaitable<Result<void>> launch(Services& services, std::shared_ptr<BackgroundRun> run) {
  std::string unseen;
  run->record.begin(unseen);
  auto ask = [&record = run->record](auto answer) { record.open(std::move(answer)); };
  const auto stored = co_await answered<void>(std::move(ask));
  if (!stored) co_return base::fail(stored.error());
  services.running.add(run);
  auto rest = run_to_the_end(services, run);
  asio::co_spawn(run->executor, std::move(rest), asio::detached);
  co_return Result<void>{};
}

asio::awaitable<void> answer_in_the_background(Services& services, Call& call, OrderPtr order) {
  responses::ResponsesRequest& request = order->request;
  const auto executor = co_await asio::this_coro::executor;
  auto record = record_of(services, call, *order);
  auto run = std::make_shared<BackgroundRun>(BackgroundRun{hand_over(call), executor, std::move(*record)});
  auto generation =
      co_await Generation::begin(services, run->errand, nullptr, std::move(request.request), kEffortPath);
  if (!generation) {
    auto failure = responses::in_own_terms(std::move(generation.error()), request.tools);
    co_await reply_failure(call, std::move(failure));
    co_return;
  }
  run->generation = std::move(*generation);
  std::string queued = run->record.reply();
  auto launched = co_await launch(services, run);
  if (!launched) {
    run->errand.outcome = outcome_word(launched.error().kind);
    co_await reply_failure(call, std::move(launched.error()));
    co_return;
  }
  if (request.options.stream) {
    co_await follow(call, run->record.recording(), 0);
  } else {
    co_await reply_json(call, std::move(queued));
  }
}

}  // namespace

asio::awaitable<void> create_response(Services& services, Call& call) {
  auto order = co_await read_order(services, call);
  if (!order) {
    co_await reply_failure(call, std::move(order.error()));
    co_return;
  }
  responses::ResponsesRequest& request = (*order)->request;
  call.model = request.request.model;
  fill_in(call, request);
  if (request.options.background) {
    co_await answer_in_the_background(services, call, std::move(*order));
  } else {
    co_await answer_at_once(services, call, std::move(*order));
  }
}

asio::awaitable<void> count_input_tokens(Services& services, Call& call) {
  const auto read = co_await read_body(services, call);
  if (!read) {
    co_await reply_failure(call, read.error());
    co_return;
  }
  auto request = responses::read_count(read->body, read->memory);
  if (!request) {
    co_await reply_failure(call, std::move(request.error()));
    co_return;
  }
  call.model = request->request.model;
  auto tokens = co_await count(services, call, std::move(request->request));
  if (!tokens) {
    co_await reply_failure(call, responses::in_own_terms(std::move(tokens.error()), request->tools));
    co_return;
  }
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "response.input_tokens").field("input_tokens", *tokens).end_object();
  co_await reply_json(call, std::move(body));
}

}  // namespace trilogue::serve
