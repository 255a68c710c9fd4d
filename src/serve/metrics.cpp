#include "serve/metrics.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "serve/reply.h"
#include "serve/services.h"
#include "serve/span_export.h"
#include "wire/json_writer.h"

namespace trilogue::serve {

namespace {

constexpr std::string_view kApiNames[] = {"chat", "messages", "responses", "other"};

std::size_t index_of(Api api) {
  return static_cast<std::size_t>(api);
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name);
  out.append(" ").append(type).append("\n");
}

void append_number(std::string& out, double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out.append(text, end);
}

// `labels`: `api="chat",outcome="ok"`, or "".
void line(std::string& out, std::string_view name, const std::string& labels, double value) {
  out += name;
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out += ' ';
  append_number(out, value);
  out += '\n';
}

void line(std::string& out, std::string_view name, const std::string& labels, std::uint64_t value) {
  out += name;
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(std::to_string(value)).append("\n");
}

std::string label(std::string_view name, std::string_view value) {
  std::string text(name);
  text += "=\"";
  for (const char c : value) {  // as the format has it
    if (c == '\\' || c == '"') text += '\\';
    c == '\n' ? text += "\\n" : text += c;
  }
  return text + "\"";
}

void histogram(std::string& out, const std::string& name, const std::string& labels,
               const base::Histogram& of) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < base::Histogram::kBounds.size(); ++i) {
    sum += of.bucket(i);
    std::string bound;
    append_number(bound, base::Histogram::kBounds[i]);
    line(out, name + "_bucket", labels + "," + label("le", bound), sum);
  }
  sum += of.bucket(base::Histogram::kBounds.size());
  line(out, name + "_bucket", labels + "," + label("le", "+Inf"), sum);
  line(out, name + "_sum", labels, of.sum());
  line(out, name + "_count", labels, sum);
}

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

// ---- the engines ----

struct Named {
  std::string model;  // the first name under which it answers
  engine::EngineStats stats;
};

std::vector<Named> engines_of(const Catalogue& catalogue) {
  std::vector<const engine::Engine*> seen;  // names may share one
  std::vector<Named> engines;
  for (const auto& model : catalogue.models()) {
    if (std::ranges::find(seen, model.engine) != seen.end()) continue;
    seen.push_back(model.engine);
    engines.push_back({model.name, model.engine->stats()});
  }
  return engines;
}

struct EngineMetric {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  std::uint64_t (*value)(const engine::EngineStats&);
};

std::uint64_t count(int value) {
  return static_cast<std::uint64_t>(std::max(0, value));
}

constexpr EngineMetric kEngineMetrics[] = {
    {"trilogue_engine_slots", "gauge", "Sequences that may be decoded together.",
     [](const auto& stats) { return count(stats.slots); }},
    {"trilogue_engine_running", "gauge", "Sequences that are decoded.",
     [](const auto& stats) { return count(stats.running); }},
    {"trilogue_engine_waiting", "gauge", "Requests that wait for the engine.",
     [](const auto& stats) { return count(stats.waiting); }},
    {"trilogue_engine_kv_cells", "gauge", "Cells of the KV pool.",
     [](const auto& stats) { return count(stats.cells_total); }},
    {"trilogue_engine_kv_cells_used", "gauge", "Cells that running sequences hold.",
     [](const auto& stats) { return count(stats.cells_used); }},
    {"trilogue_engine_kv_cells_cached", "gauge", "Cells that only the prefix cache holds.",
     [](const auto& stats) { return count(stats.cells_cached); }},
    {"trilogue_engine_tokens_decoded_total", "counter", "Output tokens computed.",
     [](const auto& stats) { return stats.tokens_decoded; }},
    {"trilogue_engine_tokens_prefilled_total", "counter", "Prompt tokens computed, recomputed ones included.",
     [](const auto& stats) { return stats.tokens_prefilled; }},
    {"trilogue_engine_tokens_reused_total", "counter", "Prompt tokens found in the pool.",
     [](const auto& stats) { return stats.tokens_reused; }},
    {"trilogue_engine_preemptions_total", "counter", "Sequences that gave way when the pool was full.",
     [](const auto& stats) { return stats.preemptions; }},
};

void write_engines(std::string& out, const Catalogue& catalogue) {
  const std::vector<Named> engines = engines_of(catalogue);
  for (const EngineMetric& metric : kEngineMetrics) {
    head(out, metric.name, metric.type, metric.help);
    for (const Named& engine : engines)
      line(out, metric.name, label("model", engine.model), metric.value(engine.stats));
  }
}

}  // namespace

std::size_t Metrics::index_of(std::string_view outcome) {
  for (std::size_t i = 0; i + 1 < kOutcomes; ++i) {
    if (word_of(i) == outcome) return i;
  }
  return kOutcomes - 1;
}

std::string_view Metrics::word_of(std::size_t outcome) {
  if (outcome == 0) return kWell;
  if (outcome == kOutcomes - 1) return "other";
  return outcome_word(static_cast<base::FailureKind>(outcome - 1));
}

void Metrics::count(const Call& call, std::chrono::steady_clock::duration took) {
  const std::size_t api = serve::index_of(call.api);
  requests_[api][index_of(call.outcome)].add();
  durations_[api].observe(seconds(took));
}

void Metrics::count(Api api, const canon::Usage& usage, std::chrono::steady_clock::duration first_token) {
  prompt_.add(serve::count(usage.prompt_tokens));
  cached_.add(serve::count(usage.cached_tokens));
  output_.add(serve::count(usage.output_tokens));
  reasoning_.add(serve::count(usage.reasoning_tokens));
  if (first_token.count() > 0) first_tokens_[serve::index_of(api)].observe(seconds(first_token));
}

void Metrics::write(std::string& out) const {
  head(out, "trilogue_requests_total", "counter", "Requests answered, by API and outcome.");
  for (std::size_t api = 0; api < kApis; ++api) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      const std::uint64_t value = requests_[api][outcome].value();
      if (value == 0 && outcome > 0) continue;
      line(out, "trilogue_requests_total",
           label("api", kApiNames[api]) + "," + label("outcome", word_of(outcome)), value);
    }
  }
  head(out, "trilogue_request_duration_seconds", "histogram",
       "From the request's head to the end of its answer.");
  for (std::size_t api = 0; api < kApis; ++api)
    histogram(out, "trilogue_request_duration_seconds", label("api", kApiNames[api]), durations_[api]);
  head(out, "trilogue_time_to_first_token_seconds", "histogram",
       "From the request's head to the first token.");
  for (std::size_t api = 0; api + 1 < kApis; ++api)
    histogram(out, "trilogue_time_to_first_token_seconds", label("api", kApiNames[api]), first_tokens_[api]);
  head(out, "trilogue_tokens_total", "counter",
       "Tokens of settled requests; cached ones are prompt tokens too.");
  const std::pair<std::string_view, const base::Counter*> kinds[] = {
      {"prompt", &prompt_}, {"cached", &cached_}, {"completion", &output_}, {"reasoning", &reasoning_}};
  for (const auto& [kind, counter] : kinds)
    line(out, "trilogue_tokens_total", label("kind", kind), counter->value());
}

boost::asio::awaitable<void> show_metrics(Services& services, Call& call) {
  http::Reply reply{200, "text/plain; version=0.0.4; charset=utf-8", call.headers, ""};
  services.metrics.write(reply.body);
  head(reply.body, "trilogue_requests_running", "gauge", "Requests that run now.");
  line(reply.body, "trilogue_requests_running", "", serve::count(services.gate.running()));
  head(reply.body, "trilogue_ledger_waiting", "gauge",
       "Settled requests that the database of the ledger has not taken yet.");
  line(reply.body, "trilogue_ledger_waiting", "", std::uint64_t{services.ledger.unmoved()});
  if (services.spans != nullptr) {
    head(reply.body, "trilogue_traces_exported_total", "counter", "Requests whose traces a collector took.");
    line(reply.body, "trilogue_traces_exported_total", "", services.spans->exported());
    head(reply.body, "trilogue_traces_dropped_total", "counter", "Requests whose traces were given up.");
    line(reply.body, "trilogue_traces_dropped_total", "", services.spans->dropped());
  }
  write_engines(reply.body, call.policy->catalogue);
  call.status = reply.status;
  co_await call.exchange.reply(std::move(reply));
}

}  // namespace trilogue::serve
