#include "serve/admin_usage.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "serve/admin_accounts.h"
#include "serve/allowance_settings.h"
#include "serve/query.h"
#include "serve/reply.h"
#include "serve/stored.h"
#include "wire/json_writer.h"

namespace trilogue::serve {
namespace asio = boost::asio;

using base::Result;

namespace {

using Day = std::optional<std::int64_t>;  // since 1970, in UTC

Result<Day> day_of(std::string_view query, std::string_view name) {
  const auto text = query_value(query, name);
  if (!text) return Day();
  const auto day = parse_day(*text);
  if (!day) return base::invalid(std::string(name), "expected a day from 1970-01-01 to 9999-12-31");
  return Day(day->time_since_epoch().count());
}

Result<store::UsageQuery> read_usage_query(std::string_view query) {
  store::UsageQuery wanted;
  wanted.key_id = query_value(query, "key").value_or("");
  const auto since = day_of(query, "since");
  if (!since) return base::fail(since.error());
  const auto until = day_of(query, "until");
  if (!until) return base::fail(until.error());
  wanted.since = *since;
  if (*until) wanted.until = **until + 1;  // the last day is included
  if (const auto by = query_value(query, "by")) {
    const auto group = base::from_text(store::kUsageGroupNames, *by);
    if (!group || *group == store::UsageGroup::none)
      return base::invalid("by", "expected day, key, model or api");
    wanted.by = *group;
  }
  return wanted;
}

Result<store::RequestQuery> read_request_query(std::string_view query) {
  constexpr std::int64_t kMostRows = 200;
  store::RequestQuery wanted;
  wanted.key_id = query_value(query, "key").value_or("");
  const auto limit = query_integer(query, "limit", 1, kMostRows);
  if (!limit) return base::fail(limit.error());
  if (*limit) wanted.limit = static_cast<int>(**limit);
  const auto before = query_integer(query, "before", 0, std::numeric_limits<std::int64_t>::max());
  if (!before) return base::fail(before.error());
  wanted.before = *before;
  return wanted;
}

void write_spent(wire::JsonWriter& json, std::int64_t requests, const store::Spent& spent) {
  json.field("requests", requests).field("prompt_tokens", spent.prompt_tokens);
  json.field("cached_tokens", spent.cached_tokens).field("completion_tokens", spent.output_tokens);
  json.field("reasoning_tokens", spent.reasoning_tokens).field("cost", as_money(spent.cost));
}

std::string usage_json(const store::UsageReport& report, store::UsageGroup by) {
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "usage");
  write_spent(json, report.total.requests, report.total.spent);
  if (by != store::UsageGroup::none) {
    json.key("rows").begin_array();
    for (const auto& row : report.rows) {
      json.begin_object().field(base::to_text(store::kUsageGroupNames, by), row.group);
      write_spent(json, row.requests, row.spent);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
  return body;
}

// The fields of an open object.
void write_request(wire::JsonWriter& json, const store::LedgerRow& row, const std::string& account) {
  json.field("object", "request").field("number", row.number);
  json.field("trace_id", row.admission.trace_id).field("key", row.admission.key_id);
  json.field("account", account).field("account_id", row.admission.account_id);
  json.field("model", row.admission.model);
  json.field("api", row.admission.api).field("outcome", row.settlement.outcome);
  json.field("arrived_at_ms", row.admission.arrived).field("first_token_ms", row.settlement.first_token);
  json.field("total_ms", row.settlement.total);
  write_optional(json, "queued_ms", row.settlement.queued);
  write_spent(json, 1, row.settlement.spent);
}

std::string requests_json(const Services& services, const std::vector<store::LedgerRow>& rows,
                          std::size_t limit) {
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object().field("object", "list").key("data").begin_array();
  for (std::size_t i = 0; i < std::min(limit, rows.size()); ++i) {
    json.begin_object();
    write_request(json, rows[i], account_name(services, rows[i].admission.account_id));
    json.end_object();
  }
  json.end_array().field("has_more", rows.size() > limit).end_object();
  return body;
}

asio::awaitable<Result<std::vector<store::LedgerRow>>> requests_of(Services& services,
                                                                   store::RequestQuery query) {
  auto ask = [&services, &query](auto answer) { services.usage.requests(query, std::move(answer)); };
  co_return co_await answered<std::vector<store::LedgerRow>>(std::move(ask));
}

asio::awaitable<Result<store::LedgerRow>> find_request(Services& services, std::string text) {
  const auto number = integer_of(text, 0, std::numeric_limits<std::int64_t>::max() - 1);
  if (number) {
    store::RequestQuery query{"", *number + 1, 1};
    auto rows = co_await requests_of(services, std::move(query));
    if (!rows) co_return base::fail(std::move(rows.error()));
    if (!rows->empty() && rows->front().number == *number) co_return std::move(rows->front());
  }
  co_return base::fail(base::FailureKind::not_found, "No request with number '" + text + "' found");
}

using Prompt = std::optional<store::RecordedPrompt>;

asio::awaitable<Result<Prompt>> prompt_of(Services& services, const store::Admission& admission) {
  if (services.prompts == nullptr) co_return Prompt();
  auto ask = [&](auto answer) { services.prompts->find(admission.span_id, std::move(answer)); };
  co_return co_await answered<Prompt>(std::move(ask));
}

void write_prompt(wire::JsonWriter& json, const Prompt& prompt) {
  json.key("prompt");
  if (!prompt) {
    json.null();
    return;
  }
  json.begin_object().field("text", prompt->text).field("cut", prompt->cut).end_object();
}

}  // namespace

asio::awaitable<void> show_request(Services& services, Call& call) {
  auto row = co_await find_request(services, call.argument);
  if (!row) {
    co_await reply_failure(call, std::move(row.error()));
    co_return;
  }
  auto prompt = co_await prompt_of(services, row->admission);
  if (!prompt) {
    co_await reply_failure(call, std::move(prompt.error()));
    co_return;
  }
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object();
  write_request(json, *row, account_name(services, row->admission.account_id));
  write_prompt(json, *prompt);
  json.end_object();
  call.headers.add("Cache-Control", "no-store");
  co_await reply_json(call, std::move(body));
}

asio::awaitable<void> show_usage(Services& services, Call& call) {
  const auto query = read_usage_query(call.exchange.head().query);
  if (!query) {
    co_await reply_failure(call, query.error());
    co_return;
  }
  auto ask = [&services, &query](auto answer) { services.usage.report(*query, std::move(answer)); };
  auto report = co_await answered<store::UsageReport>(std::move(ask));
  if (!report) {
    co_await reply_failure(call, std::move(report.error()));
    co_return;
  }
  co_await reply_json(call, usage_json(*report, query->by));
}

asio::awaitable<void> list_requests(Services& services, Call& call) {
  auto query = read_request_query(call.exchange.head().query);
  if (!query) {
    co_await reply_failure(call, query.error());
    co_return;
  }
  const auto limit = static_cast<std::size_t>(query->limit++);  // one more tells whether there are more
  auto rows = co_await requests_of(services, *query);
  if (!rows) {
    co_await reply_failure(call, std::move(rows.error()));
    co_return;
  }
  co_await reply_json(call, requests_json(services, *rows, limit));
}

}  // namespace trilogue::serve
