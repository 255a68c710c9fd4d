#include "store/usage.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>

#include "store/ask.h"
#include "store/ledger_rows.h"

namespace trilogue::store {

namespace {

constexpr int kMaxRequests = 1000;

// The sums of `usage`, of each day or label or of all. A label's sum first, then its name: that joins and
// sorts by text a few thousand rows instead of every day's.
std::string parts_sql(const UsageQuery& query, std::string_view part) {
  std::string sql = "SELECT " + std::string(part) +
                    " AS part, sum(requests) AS requests, sum(prompt_tokens) AS prompt_tokens, "
                    "sum(cached_tokens) AS cached_tokens, sum(output_tokens) AS output_tokens, "
                    "sum(reasoning_tokens) AS reasoning_tokens, sum(cost) AS cost "
                    "FROM usage WHERE day >= ? AND day < ? ";
  if (!query.key_id.empty()) sql += "AND label IN (SELECT label FROM labels WHERE key_id = ?) ";
  if (query.by != UsageGroup::none) sql += "GROUP BY " + std::string(part);
  return sql;
}

std::string names_sql(const UsageQuery& query, const std::string& name) {
  return "SELECT " + name +
         ", sum(requests), sum(prompt_tokens), sum(cached_tokens), sum(output_tokens), "
         "sum(reasoning_tokens), sum(cost) FROM (" +
         parts_sql(query, "label") + ") AS parts JOIN labels ON labels.label = parts.part GROUP BY " + name;
}

// One row for each group; the first column is what it is grouped by.
std::string report_sql(const UsageQuery& query) {
  switch (query.by) {
    case UsageGroup::none:
      return parts_sql(query, "0");
    case UsageGroup::day:
      return parts_sql(query, "day") + " ORDER BY day";
    case UsageGroup::key:
      return names_sql(query, "key_id");
    case UsageGroup::model:
      return names_sql(query, "model");
    case UsageGroup::api:
      return names_sql(query, "api");
  }
  return {};
}

std::string date_of(std::int64_t day) {
  constexpr std::int64_t kMost = 3'000'000;  // the calendar goes to the year 32767
  const auto bounded = std::clamp<std::int64_t>(day, -kMost, kMost);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{bounded}}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

UsageRow read_sums(const Statement& row) {
  return {
      "", row.integer(1), {row.integer(2), row.integer(3), row.integer(4), row.integer(5), row.integer(6)}};
}

void add_to(UsageRow& total, const UsageRow& row) {
  total.requests += row.requests;
  total.spent.prompt_tokens += row.spent.prompt_tokens;
  total.spent.cached_tokens += row.spent.cached_tokens;
  total.spent.output_tokens += row.spent.output_tokens;
  total.spent.reasoning_tokens += row.spent.reasoning_tokens;
  total.spent.cost += row.spent.cost;
}

// By cost and tokens, most first.
void sort_rows(std::vector<UsageRow>& rows) {
  const auto rank = [](const UsageRow& row) {
    return std::tuple(-row.spent.cost, -(row.spent.prompt_tokens + row.spent.output_tokens),
                      std::string_view(row.group));
  };
  std::sort(rows.begin(), rows.end(),
            [&rank](const UsageRow& a, const UsageRow& b) { return rank(a) < rank(b); });
}

UsageReport read_report(Database& database, const UsageQuery& query) {
  auto rows = database.prepare(report_sql(query));
  rows.bind(query.since.value_or(std::numeric_limits<std::int64_t>::min()))
      .bind(query.until.value_or(std::numeric_limits<std::int64_t>::max()));
  if (!query.key_id.empty()) rows.bind(query.key_id);
  UsageReport report;
  while (rows.step()) {
    UsageRow row = read_sums(rows);
    add_to(report.total, row);
    if (query.by == UsageGroup::none) continue;
    row.group = query.by == UsageGroup::day ? date_of(rows.integer(0)) : rows.text(0);
    report.rows.push_back(std::move(row));
  }
  if (query.by != UsageGroup::day) sort_rows(report.rows);
  return report;
}

// Of the numbers from the first parameter to below the second, as many as the last one says.
std::string requests_sql(std::string_view where) {
  return "SELECT number, trace_id, key_id, account_id, model, api, arrived, prompt_tokens, cached_tokens, "
         "output_tokens, reasoning_tokens, cost, outcome, first_token, total, queued, span_id FROM "
         "(SELECT * FROM requests WHERE number >= ? AND number < ? " +
         std::string(where) +
         "ORDER BY number DESC LIMIT ?) AS newest JOIN labels ON labels.label = newest.label "
         "ORDER BY number DESC";
}

void read_rows(Statement& rows, std::vector<LedgerRow>& found) {
  while (rows.step()) {
    LedgerRow row;
    row.number = rows.integer(0);
    row.admission = {rows.text(1), rows.text(2),    rows.text(3), rows.text(4),
                     rows.text(5), rows.integer(6), {},           rows.text(16)};
    const Spent spent{rows.integer(7), rows.integer(8), rows.integer(9), rows.integer(10), rows.integer(11)};
    row.settlement = {spent, rows.text(12), rows.integer(13), rows.integer(14), rows.optional_integer(15)};
    found.push_back(std::move(row));
  }
}

// Looks through the stretches of numbers in which the key occurs, newest first, until there are enough.
std::vector<LedgerRow> newest_of_key(Database& database, const std::string& key_id, std::int64_t before,
                                     std::int64_t limit) {
  std::vector<LedgerRow> found;
  auto spans = database.prepare(
      "SELECT DISTINCT span FROM spans JOIN labels ON labels.label = spans.label "
      "WHERE key_id = ? AND span <= ? ORDER BY span DESC");
  spans.bind(key_id).bind(before / kNumbersPerSpan);
  auto rows = database.prepare(requests_sql("AND label IN (SELECT label FROM labels WHERE key_id = ?) "));
  while (static_cast<std::int64_t>(found.size()) < limit && spans.step()) {
    const std::int64_t first = spans.integer(0) * kNumbersPerSpan;
    rows.again()
        .bind(first)
        .bind(std::min(before, first + kNumbersPerSpan))
        .bind(key_id)
        .bind(limit - static_cast<std::int64_t>(found.size()));
    read_rows(rows, found);
  }
  return found;
}

std::vector<LedgerRow> read_requests(Database& database, const RequestQuery& query) {
  const std::int64_t before = query.before.value_or(std::numeric_limits<std::int64_t>::max());
  const std::int64_t limit = std::clamp(query.limit, 1, kMaxRequests);
  if (!query.key_id.empty()) return newest_of_key(database, query.key_id, before, limit);
  std::vector<LedgerRow> found;
  auto rows = database.prepare(requests_sql(""));
  rows.bind(std::int64_t{0}).bind(before).bind(limit);
  read_rows(rows, found);
  return found;
}

// All of it within one transaction, which sees one moment.
std::int64_t newest_number(Database& database) {
  auto row = database.prepare("SELECT coalesce(max(number), 0) FROM requests");
  return row.step() ? row.integer(0) : 0;
}

std::vector<LifetimeRow> read_lifetime_rows(Statement& rows) {
  std::vector<LifetimeRow> found;
  while (rows.step()) found.push_back({rows.text(0), rows.text(1), rows.integer(2), rows.integer(3)});
  return found;
}

Lifetimes read_lifetimes(Database& database) {
  const std::int64_t newest = newest_number(database);
  auto rows = database.prepare(
      "SELECT key_id, account_id, sum(tokens), sum(cost) FROM "
      "(SELECT label, sum(prompt_tokens + output_tokens) AS tokens, sum(cost) AS cost FROM usage "
      "GROUP BY label) AS parts JOIN labels ON labels.label = parts.label "
      "GROUP BY key_id, account_id ORDER BY key_id, account_id");
  return {read_lifetime_rows(rows), newest};
}

Lifetimes read_used_since(Database& database, std::int64_t before, std::string_view server) {
  const std::int64_t newest = newest_number(database);
  auto rows = database.prepare(
      "SELECT key_id, account_id, sum(prompt_tokens + output_tokens), sum(cost) FROM requests "
      "JOIN labels ON labels.label = requests.label WHERE number > ? AND number <= ? AND server <> ? "
      "GROUP BY key_id, account_id");
  rows.bind(before).bind(newest).bind(server);
  return {read_lifetime_rows(rows), newest};
}

}  // namespace

void Usage::report(UsageQuery query, Answer<UsageReport> answer) {
  ask<UsageReport>(
      thread_, [query = std::move(query)](Database& database) { return read_report(database, query); },
      std::move(answer));
}

void Usage::requests(RequestQuery query, Answer<std::vector<LedgerRow>> answer) {
  ask<std::vector<LedgerRow>>(
      thread_, [query = std::move(query)](Database& database) { return read_requests(database, query); },
      std::move(answer));
}

void Usage::lifetimes(Answer<Lifetimes> answer) {
  ask<Lifetimes>(thread_, read_lifetimes, std::move(answer));
}

void Usage::used_since(std::int64_t newest, std::string server, Answer<Lifetimes> answer) {
  ask<Lifetimes>(
      thread_,
      [newest, server = std::move(server)](Database& database) {
        return read_used_since(database, newest, server);
      },
      std::move(answer));
}

}  // namespace trilogue::store
