#include "app/configuration.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "app/trace_collector.h"
#include "http/client.h"

namespace trilogue::app {
namespace {

using base::Result;

// ---- from text to values ----

Result<int> parse_int(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    return base::invalid(
        "", "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return value;
}

Result<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return base::invalid("", "expected true or false");
}

// `a, b,c` → a b c
std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return items;
}

// ---- setters, one for each kind of member ----

template <int Configuration::* Member, int Least, int Most>
Result<void> set_int(Configuration& configuration, std::string_view text) {
  return parse_int(text, Least, Most).map([&](int value) { configuration.*Member = value; });
}

template <int ThinkingBudgets::* Member>
Result<void> set_budget(Configuration& configuration, std::string_view text) {
  return parse_int(text, 1, 1'000'000).map([&](int value) { configuration.thinking.*Member = value; });
}

template <int ResponseBounds::* Member, int Most>
Result<void> set_bound(Configuration& configuration, std::string_view text) {
  return parse_int(text, 1, Most).map([&](int value) { configuration.responses.*Member = value; });
}

template <std::chrono::milliseconds Configuration::* Member, int LeastMilliseconds = 100>
Result<void> set_duration(Configuration& configuration, std::string_view text) {
  return parse_duration(text, std::chrono::milliseconds(LeastMilliseconds))
      .map([&](std::chrono::milliseconds value) { configuration.*Member = value; });
}

template <std::string Configuration::* Member>
Result<void> set_text(Configuration& configuration, std::string_view text) {
  configuration.*Member = std::string(text);
  return {};
}

template <std::vector<std::string> Configuration::* Member>
Result<void> set_list(Configuration& configuration, std::string_view text) {
  configuration.*Member = parse_list(text);
  return {};
}

Result<void> set_record_prompts(Configuration& configuration, std::string_view text) {
  return parse_bool(text).map([&](bool value) { configuration.prompts.record = value; });
}

template <int PromptBounds::* Member, int Most>
Result<void> set_prompt_bound(Configuration& configuration, std::string_view text) {
  return parse_int(text, 1, Most).map([&](int value) { configuration.prompts.*Member = value; });
}

Result<void> set_otlp_endpoint(Configuration& configuration, std::string_view text) {
  if (auto url = http::parse_url(text); !url && !text.empty()) return base::fail(url.error());
  configuration.otlp.endpoint = std::string(text);
  return {};
}

Result<void> set_otlp_headers(Configuration& configuration, std::string_view text) {
  if (auto headers = headers_of(text); !headers) return base::fail(headers.error());
  configuration.otlp.headers = base::Secret(std::string(text));
  return {};
}

Result<void> set_otlp_service(Configuration& configuration, std::string_view text) {
  if (text.empty()) return base::invalid("", "expected a name");
  configuration.otlp.service_name = std::string(text);
  return {};
}

Result<void> set_bundled(Configuration& configuration, std::string_view text) {
  return parse_bool(text).map([&](bool value) { configuration.bundled_model = value; });
}

Result<void> set_keys(Configuration& configuration, std::string_view text) {
  configuration.api_keys.clear();
  for (auto& key : parse_list(text)) {
    if (key.size() < 8) return base::invalid("", "expected keys of at least 8 characters");
    configuration.api_keys.emplace_back(std::move(key));
  }
  return {};
}

// `none` keeps nothing.
Result<void> set_data(Configuration& configuration, std::string_view text) {
  configuration.data_directory = text == "none" ? "" : std::string(text);
  return {};
}

Result<void> set_durability(Configuration& configuration, std::string_view text) {
  const auto durability = base::from_text(kDurabilityNames, text);
  if (!durability) return base::invalid("", "expected normal or full");
  configuration.durability = *durability;
  return {};
}

// It may hold a password, so no message repeats it.
Result<void> set_database(Configuration& configuration, std::string_view text) {
  if (!text.empty() && !text.starts_with("postgresql://") && !text.starts_with("postgres://"))
    return base::invalid("", "expected postgresql://USER@HOST:PORT/NAME, or nothing");
  configuration.database = base::Secret(std::string(text));
  return {};
}

Result<void> set_currency(Configuration& configuration, std::string_view text) {
  const bool is_code =
      text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_code && !text.empty()) return base::invalid("", "expected three capital letters such as USD");
  configuration.currency = std::string(text);
  return {};
}

// Empty: limits are counted here.
Result<void> set_limits_store(Configuration& configuration, std::string_view text) {
  configuration.limits_store.reset();
  if (text.empty()) return {};
  return admission::redis::parse_address(text).map(
      [&](admission::redis::Address&& address) { configuration.limits_store = std::move(address); });
}

Result<void> set_chat_chunks(Configuration& configuration, std::string_view text) {
  const auto style = base::from_text(kChatChunksNames, text);
  if (!style) return base::invalid("", "expected documented or openai");
  configuration.chat_chunks = *style;
  return {};
}

Result<void> set_reasoning_events(Configuration& configuration, std::string_view text) {
  const auto style = base::from_text(kReasoningEventsNames, text);
  if (!style) return base::invalid("", "expected documented or summary");
  configuration.reasoning_events = *style;
  return {};
}

Result<void> set_share_prefixes(Configuration& configuration, std::string_view text) {
  const auto sharing = base::from_text(kPrefixSharingNames, text);
  if (!sharing) return base::invalid("", "expected all, account or key");
  configuration.share_prefixes = *sharing;
  return {};
}

Result<void> set_log_level(Configuration& configuration, std::string_view text) {
  const auto level = base::from_text(base::kLogLevelNames, text);
  if (!level) return base::invalid("", "expected error, warning, info or debug");
  configuration.log_level = *level;
  return {};
}

using C = Configuration;
constexpr Setting kSettings[] = {
    {"listen", "address and port, ADDRESS:PORT", parse_listen},
    {"data", "folder for what must survive a restart; none: nothing does", set_data},
    {"durability", "what the ledger survives: normal, a killed server; full, a power cut too",
     set_durability},
    {"database", "PostgreSQL, for several servers: postgresql://USER@HOST/NAME; none: a file in data",
     set_database},
    {"bundled_model", "serve the bundled model under the three documented names", set_bundled},
    {"api_keys", "keys that callers must show; none: anyone on this machine may call", set_keys},
    {"currency", "of the prices, such as USD; for show", set_currency},
    {"chat_chunks", "style of streamed chat chunks: documented or openai", set_chat_chunks},
    {"reasoning_events", "how streamed responses show reasoning: documented or summary",
     set_reasoning_events},
    {"log_level", "error, warning, info or debug", set_log_level},
    {"engine.threads", "threads of the decode; 0: by the model and the cores", set_int<&C::threads, 0, 1024>},
    {"engine.slots", "sequences decoded together", set_int<&C::slots, 1, 256>},
    {"engine.context", "cells of the KV pool that the sequences share",
     set_int<&C::context, 256, 16'777'216>},
    {"engine.batch", "tokens computed together at most", set_int<&C::batch, 32, 8192>},
    {"engine.gpu_layers", "layers given to a GPU; -1: all that fit", set_int<&C::gpu_layers, -1, 10'000>},
    {"engine.queue", "requests that may wait for the engine", set_int<&C::queue, 1, 1'000'000>},
    {"engine.share_prefixes", "whose prompts that begin alike are computed once: all, account or key",
     set_share_prefixes},
    {"thinking.low", "tokens of thinking at effort low", set_budget<&ThinkingBudgets::low>},
    {"thinking.medium", "tokens of thinking at effort medium", set_budget<&ThinkingBudgets::medium>},
    {"thinking.high", "tokens of thinking at effort high", set_budget<&ThinkingBudgets::high>},
    {"server.io_threads", "threads that serve connections", set_int<&C::io_threads, 1, 256>},
    {"server.max_running", "requests at once", set_int<&C::max_running, 1, 10'000'000>},
    {"server.max_connections", "connections at once", set_int<&C::max_connections, 1, 10'000'000>},
    {"server.max_body_mb", "largest request body, also after inflating", set_int<&C::max_body_mb, 1, 2048>},
    {"server.max_choices", "largest n of a request", set_int<&C::max_choices, 1, 128>},
    {"server.deadline", "time limit of a request", set_duration<&C::deadline>},
    {"server.heartbeat", "silence after which a stream sends a sign of life", set_duration<&C::heartbeat>},
    {"server.drain", "how long running requests may finish after SIGTERM", set_duration<&C::drain, 0>},
    {"server.idle_timeout", "how long a kept connection may wait for its next request",
     set_duration<&C::idle_timeout>},
    {"server.header_timeout", "how long a request head may take", set_duration<&C::header_timeout>},
    {"server.body_timeout", "how long a request body may take", set_duration<&C::body_timeout>},
    {"server.write_timeout",
     "how long a reader may take nothing; a whole reply gets a second more for each 64 KiB",
     set_duration<&C::write_timeout>},
    {"responses.max_count", "stored responses at most", set_bound<&ResponseBounds::count, 100'000'000>},
    {"responses.max_mb", "megabytes of stored responses at most", set_bound<&ResponseBounds::mb, 1'000'000>},
    {"responses.max_days", "days that a stored response is kept", set_bound<&ResponseBounds::days, 36'500>},
    {"prompts.record", "keep what requests say, for the console", set_record_prompts},
    {"prompts.max_count", "requests whose prompts are kept",
     set_prompt_bound<&PromptBounds::count, 1'000'000>},
    {"prompts.max_kb", "kilobytes kept of each", set_prompt_bound<&PromptBounds::kb, 65'536>},
    {"otlp.endpoint", "URL of a collector of traces, without /v1/traces; none: traces go nowhere",
     set_otlp_endpoint},
    {"otlp.headers", "headers for the collector, NAME=VALUE,… with percent-encoded values", set_otlp_headers},
    {"otlp.service_name", "the name of this server in traces", set_otlp_service},
    {"limits.store", "Redis or Valkey in which several servers count limits together; none: here",
     set_limits_store},
    {"tls.certificate", "PEM file of the certificate chain", set_text<&C::tls_certificate>},
    {"tls.key", "PEM file of its private key", set_text<&C::tls_key>},
    {"browser.hosts", "further host names under which this server may be called; with keys: any",
     set_list<&C::browser_hosts>},
    {"browser.origins", "origins whose pages may call this server", set_list<&C::browser_origins>},
};

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

Result<void> set(Configuration& configuration, std::string_view key, std::string_view value) {
  for (const auto& setting : settings()) {
    if (setting.key != key) continue;
    configuration.said.insert_or_assign(std::string(key), base::Secret(std::string(value)));
    return setting.set(configuration, value).map_error([&](base::Failure failure) {
      failure.path = std::string(key);
      return failure;
    });
  }
  return base::invalid(std::string(key), "there is no such setting");
}

Result<ModelSpec> parse_model(std::string_view text) {
  ModelSpec spec;
  const auto equals = text.find('=');
  spec.file = std::string(equals == std::string_view::npos ? text : text.substr(equals + 1));
  if (equals != std::string_view::npos) {
    spec.name = std::string(text.substr(0, equals));
  } else {
    std::string_view name = text.substr(text.rfind('/') + 1);
    spec.name = std::string(name.substr(0, name.rfind('.')));
  }
  if (spec.name.empty() || spec.file.empty()) return base::invalid("--model", "expected NAME=FILE.gguf");
  return spec;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text, std::chrono::milliseconds least) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const long long factor = unit.empty() || unit == "s" ? 1000 : unit == "ms" ? 1 : unit == "m" ? 60'000 : 0;
  constexpr std::chrono::hours kMost{24 * 30};
  if (error != std::errc{} || factor == 0 || value < 0 || value > 10'000'000'000) {
    return base::invalid("", "expected a duration such as 500ms, 30s or 10m");
  }
  const std::chrono::milliseconds duration(value * factor);
  if (duration < least || duration > kMost) {
    return base::invalid("", "expected a duration from " + std::to_string(least.count()) + "ms to 30 days");
  }
  return duration;
}

Result<void> parse_listen(Configuration& configuration, std::string_view text) {
  const auto colon = text.rfind(':');
  const std::string_view port = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const auto number = parse_int(port, 0, std::numeric_limits<std::uint16_t>::max());
  if (!number) return base::invalid("listen", "expected ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080");
  if (colon != std::string_view::npos) {
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    configuration.address = address == "localhost" ? "127.0.0.1" : std::string(address);
  }
  configuration.port = static_cast<std::uint16_t>(*number);
  return {};
}

}  // namespace trilogue::app
