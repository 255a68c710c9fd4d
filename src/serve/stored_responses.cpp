#include "serve/stored_responses.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "dialect/responses/carried_reasoning.h"
#include "serve/background_run.h"
#include "serve/deliver.h"
#include "serve/follow.h"
#include "serve/query.h"
#include "serve/running_responses.h"
#include "serve/stored.h"
#include "wire/json.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;

using base::Result;
using Items = std::vector<store::Item>;

namespace {

constexpr std::size_t kMostReasoning = std::size_t{64} << 20;  // bytes of items; far over any context

bool is_background(const std::string& reply) {
  const auto document = wire::Document::parse(reply);
  const auto flag = document ? document->root().find("background") : std::nullopt;
  return flag && flag->boolean().value_or(false);
}

std::string status_of(const std::string& reply) {
  const auto document = wire::Document::parse(reply);
  const auto status = document ? document->root().find("status") : std::nullopt;
  return std::string(status ? status->text().value_or("") : "");
}

asio::awaitable<Result<store::StoredReply>> find(Services& services, const Call& call) {
  auto ask = [&store = services.responses, &call](auto answer) {
    store.find(call.caller.key_id, call.argument, std::move(answer));
  };
  co_return co_await answered<store::StoredReply>(std::move(ask));
}

asio::awaitable<Result<store::Frames>> frames_from(Services& services, const Call& call, int from) {
  auto ask = [&store = services.responses, &call, from](auto answer) {
    store.frames(call.caller.key_id, call.argument, from, std::move(answer));
  };
  co_return co_await answered<store::Frames>(std::move(ask));
}

base::Failure past_the_end() {
  return {
      base::FailureKind::invalid_request, "is beyond the last event of this response", "starting_after", {}};
}

// What a reader gets that wants to go on from `from`. One whose server was killed may have seen more than was
// stored: it gets the end alone. Failure: past the end, or whatever the store says.
asio::awaitable<Result<store::Frames>> first_frames(Services& services, const Call& call, int from) {
  auto frames = co_await frames_from(services, call, from);
  if (!frames || frames->count > 0 || from == 0) co_return frames;
  auto ask = [&store = services.responses, &call](auto answer) {
    store.last_frame(call.caller.key_id, call.argument, std::move(answer));
  };
  auto last = co_await answered<store::Frames>(std::move(ask));
  if (!last || from == last->first + 1) co_return frames;  // nothing is left, which is no fault
  const auto found = co_await find(services, call);
  if (found && status_of(found->reply) == "failed") co_return last;
  co_return base::fail(past_the_end());
}

asio::awaitable<void> replay(Services& services, Call& call, int from) {
  auto frames = co_await first_frames(services, call, from);
  if (!frames) {
    co_await reply_failure(call, std::move(frames.error()));
    co_return;
  }
  open_stream(call);
  FrameView view(call);
  while (frames && frames->count > 0) {
    const std::string shown = view.show(std::move(frames->bytes));
    const bool taken = co_await call.exchange.write(shown);
    if (!taken) co_return;
    from = frames->first + frames->count;
    frames = co_await frames_from(services, call, from);
  }
  if (!frames) {  // deleted under its reader: the stream stays open, so that the connection is cut
    call.outcome = outcome_word(frames.error().kind);
    co_return;
  }
  co_await call.exchange.close_stream({}, false);
}

// The number of the first event that a reader wants, 0 without `starting_after`.
Result<int> first_wanted(const Call& call) {
  const auto after =
      query_integer(call.exchange.head().query, "starting_after", 0, std::numeric_limits<int>::max() - 1);
  if (!after) return base::fail(after.error());
  return *after ? static_cast<int>(**after) + 1 : 0;
}

asio::awaitable<void> show_stream(Services& services, Call& call, std::shared_ptr<BackgroundRun> run) {
  auto from = first_wanted(call);
  if (from && run != nullptr && *from > run->record.recording()->count()) from = base::fail(past_the_end());
  if (!from) {
    co_await reply_failure(call, std::move(from.error()));
  } else if (run != nullptr) {
    co_await follow(call, run->record.recording(), *from);
  } else {
    co_await replay(services, call, *from);
  }
}

bool asks_for_reasoning(const Call& call) {
  for (const auto* name : {"include", "include[]"}) {  // both are in use for a list
    const auto values = query_values(call.exchange.head().query, name);
    if (std::find(values.begin(), values.end(), "reasoning.encrypted_content") != values.end()) return true;
  }
  return false;
}

// The stored items always carry their reasoning, whatever the reply shows.
asio::awaitable<Result<std::string>> with_reasoning(Services& services, const Call& call, std::string reply) {
  auto ids = dialect::responses::ids_of_silent_reasoning(reply);
  if (ids.empty()) co_return reply;
  auto ask = [&store = services.responses, &call, &ids](auto answer) {
    store.items(call.caller.key_id, std::move(ids), kMostReasoning, std::move(answer));
  };
  auto items = co_await answered<Items>(std::move(ask));
  if (!items) co_return base::fail(std::move(items.error()));
  std::map<std::string, std::string> stored;
  for (auto& item : *items) stored.emplace(std::move(item.id), std::move(item.json));
  co_return dialect::responses::with_carried_reasoning(std::move(reply), stored);
}

asio::awaitable<void> show_stored(Services& services, Call& call) {
  auto found = co_await find(services, call);
  if (!found) {
    co_await reply_failure(call, std::move(found.error()));
    co_return;
  }
  Result<std::string> reply = std::move(found->reply);
  if (asks_for_reasoning(call)) reply = co_await with_reasoning(services, call, std::move(*reply));
  if (reply) {
    co_await reply_json(call, std::move(*reply));
  } else {
    co_await reply_failure(call, std::move(reply.error()));
  }
}

struct Page {
  Items items;
  bool has_more = false;
};

// `order`, `after` and `limit` as OpenAI pages its lists.
Result<Page> page_of(Items items, std::string_view query) {
  const auto limit = query_integer(query, "limit", 1, 100);
  if (!limit) return base::fail(limit.error());
  const std::string order = query_value(query, "order").value_or("desc");
  if (order != "asc" && order != "desc") return base::invalid("order", "expected asc or desc");
  if (order == "desc") std::reverse(items.begin(), items.end());
  if (const auto after = query_value(query, "after")) {
    const auto found =
        std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.id == *after; });
    if (found == items.end()) return base::invalid("after", "no input item of this response has this id");
    items.erase(items.begin(), found + 1);
  }
  const auto most = static_cast<std::size_t>(limit->value_or(20));
  Page page{std::move(items), false};
  page.has_more = page.items.size() > most;
  if (page.has_more)
    page.items.erase(page.items.begin() + static_cast<std::ptrdiff_t>(most), page.items.end());
  return page;
}

std::string list_body(const Page& page) {
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "list").key("data").begin_array();
  for (const auto& item : page.items) json.raw(item.json);
  json.end_array().key("first_id");
  page.items.empty() ? json.null() : json.value(page.items.front().id);
  json.key("last_id");
  page.items.empty() ? json.null() : json.value(page.items.back().id);
  json.field("has_more", page.has_more).end_object();
  return body;
}

}  // namespace

asio::awaitable<void> show_response(Services& services, Call& call) {
  auto run = services.running.find(call.caller.key_id, call.argument);
  const auto stream = query_flag(call.exchange.head().query, "stream");
  if (!stream) {
    co_await reply_failure(call, stream.error());
  } else if (*stream) {
    co_await show_stream(services, call, std::move(run));
  } else if (run != nullptr) {
    std::string reply = co_await reply_of(std::move(run));
    co_await reply_json(call, std::move(reply));
  } else {
    co_await show_stored(services, call);
  }
}

asio::awaitable<void> delete_response(Services& services, Call& call) {
  if (auto run = services.running.find(call.caller.key_id, call.argument)) co_await cancel(std::move(run));
  auto ask = [&store = services.responses, &call](auto answer) {
    store.remove(call.caller.key_id, call.argument, std::move(answer));
  };
  auto gone = co_await answered<bool>(std::move(ask));
  if (!gone) {
    co_await reply_failure(call, std::move(gone.error()));
    co_return;
  }
  services.running.remove(call.argument);
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object()
      .field("id", call.argument)
      .field("object", "response")
      .field("deleted", true)
      .end_object();
  co_await reply_json(call, std::move(body));
}

asio::awaitable<void> cancel_response(Services& services, Call& call) {
  if (auto run = services.running.find(call.caller.key_id, call.argument)) {
    std::string reply = co_await cancel(std::move(run));
    co_await reply_json(call, std::move(reply));
    co_return;
  }
  auto found = co_await find(services, call);
  if (found && !is_background(found->reply))
    found = base::invalid("", "Only a response with background: true can be cancelled");
  if (found) {
    co_await reply_json(call, std::move(found->reply));
  } else {
    co_await reply_failure(call, std::move(found.error()));
  }
}

asio::awaitable<void> list_input_items(Services& services, Call& call) {
  auto ask = [&store = services.responses, &call](auto answer) {
    store.input_items(call.caller.key_id, call.argument, std::move(answer));
  };
  auto items = co_await answered<Items>(std::move(ask));
  if (!items) {
    co_await reply_failure(call, std::move(items.error()));
    co_return;
  }
  auto page = page_of(std::move(*items), call.exchange.head().query);
  if (page) {
    co_await reply_json(call, list_body(*page));
  } else {
    co_await reply_failure(call, std::move(page.error()));
  }
}

}  // namespace trilogue::serve
