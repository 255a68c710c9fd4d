#include "store/ledger_rows.h"

namespace trilogue::store {

namespace {

constexpr std::int64_t kMillisecondsPerDay = 86'400'000;

std::int64_t day_of(std::int64_t milliseconds) {
  const std::int64_t day = milliseconds / kMillisecondsPerDay;
  return milliseconds % kMillisecondsPerDay < 0 ? day - 1 : day;
}

// Of one server's labels there are keys × models × APIs.
constexpr std::size_t kMaxLabelsKept = 100'000;

}  // namespace

void LedgerRows::begin(Database& database) {
  sums_.clear();
  if (labels_.size() > kMaxLabelsKept) labels_.clear();
  database.take_turn(Turn::ledger);
  auto last = database.prepare("SELECT coalesce(max(number), 0) FROM requests");
  number_ = last.step() ? last.integer(0) : 0;
  insert_.emplace(database.prepare(
      "INSERT INTO requests (number, label, arrived, first_token, total, prompt_tokens, cached_tokens, "
      "output_tokens, reasoning_tokens, cost, outcome, trace_id, queued, span_id) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
}

LedgerRows::Label& LedgerRows::label_of(Database& database, const Admission& admission) {
  name_.clear();
  for (const std::string* part :
       {&admission.key_id, &admission.account_id, &admission.model, &admission.api}) {
    name_ += *part;
    name_ += '\0';
  }
  if (const auto known = labels_.find(name_); known != labels_.end()) return known->second;
  const auto bind = [&](Statement& statement) -> Statement& {
    return statement.bind(admission.key_id)
        .bind(admission.account_id)
        .bind(admission.model)
        .bind(admission.api)
        .bind(server_);
  };
  auto insert = database.prepare(
      "INSERT INTO labels (key_id, account_id, model, api, server) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT DO NOTHING");
  bind(insert).run();
  auto row = database.prepare(
      "SELECT label FROM labels WHERE key_id = ? AND account_id = ? AND model = ? AND api = ? "
      "AND server = ?");
  Label& label = labels_[name_];
  if (bind(row).step()) label.label = row.integer(0);
  return label;
}

void LedgerRows::note_span(Database& database, Label& label) {
  const std::int64_t span = number_ / kNumbersPerSpan;
  if (label.span == span) return;
  label.span = span;
  database.prepare("INSERT INTO spans (label, span) VALUES (?, ?) ON CONFLICT (label, span) DO NOTHING")
      .bind(label.label)
      .bind(span)
      .run();
}

void LedgerRows::add(Database& database, const Admission& admission, const Settlement& settlement) {
  ++number_;
  Label& label = label_of(database, admission);
  note_span(database, label);
  const Spent& spent = settlement.spent;
  insert_->again()
      .bind(number_)
      .bind(label.label)
      .bind(admission.arrived)
      .bind(settlement.first_token)
      .bind(settlement.total)
      .bind(spent.prompt_tokens)
      .bind(spent.cached_tokens)
      .bind(spent.output_tokens)
      .bind(spent.reasoning_tokens)
      .bind(spent.cost)
      .bind(settlement.outcome)
      .bind(admission.trace_id)
      .bind(settlement.queued)
      .bind(admission.span_id)
      .run();
  Sum& sum = sums_[day_of(admission.arrived)][label.label];
  ++sum.requests;
  sum.spent.prompt_tokens += spent.prompt_tokens;
  sum.spent.cached_tokens += spent.cached_tokens;
  sum.spent.output_tokens += spent.output_tokens;
  sum.spent.reasoning_tokens += spent.reasoning_tokens;
  sum.spent.cost += spent.cost;
}

void LedgerRows::write_sums(Database& database) {
  auto upsert = database.prepare(
      "INSERT INTO usage (day, label, requests, prompt_tokens, cached_tokens, output_tokens, "
      "reasoning_tokens, cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, label) DO UPDATE SET "
      "requests = usage.requests + excluded.requests, "
      "prompt_tokens = usage.prompt_tokens + excluded.prompt_tokens, "
      "cached_tokens = usage.cached_tokens + excluded.cached_tokens, "
      "output_tokens = usage.output_tokens + excluded.output_tokens, "
      "reasoning_tokens = usage.reasoning_tokens + excluded.reasoning_tokens, "
      "cost = usage.cost + excluded.cost");
  for (const auto& [day, labels] : sums_) {
    for (const auto& [label, sum] : labels) {
      upsert.again()
          .bind(day)
          .bind(label)
          .bind(sum.requests)
          .bind(sum.spent.prompt_tokens)
          .bind(sum.spent.cached_tokens)
          .bind(sum.spent.output_tokens)
          .bind(sum.spent.reasoning_tokens)
          .bind(sum.spent.cost)
          .run();
    }
  }
}

void LedgerRows::forget_old(Database& database) {
  if (kept_ == 0) return;
  database.prepare("DELETE FROM requests WHERE number <= ?").bind(number_ - kept_).run();
  database.prepare("DELETE FROM spans WHERE span < ?").bind((number_ - kept_) / kNumbersPerSpan).run();
}

void LedgerRows::finish(Database& database) {
  insert_.reset();
  write_sums(database);
  forget_old(database);
}

std::int64_t LedgerRows::moved(Database& database, const std::string& run) {
  auto row = database.prepare("SELECT moved FROM journals WHERE run = ?");
  return row.bind(run).step() ? row.integer(0) : 0;
}

void LedgerRows::remember(Database& database, const std::string& run, std::int64_t moved) {
  database
      .prepare(
          "INSERT INTO journals (run, moved) VALUES (?, ?) ON CONFLICT (run) DO UPDATE SET moved = "
          "excluded.moved")
      .bind(run)
      .bind(moved)
      .run();
}

}  // namespace trilogue::store
