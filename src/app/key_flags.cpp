#include "app/key_flags.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "app/configuration.h"
#include "serve/query.h"
#include "wire/json_writer.h"

namespace trilogue::app {

using base::Result;

namespace {

constexpr std::string_view kNone = "none";
constexpr std::string_view kAll = "all";

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The end of a day, as seconds since 1970.
Result<std::int64_t> end_of(const std::string& text) {
  const auto day = serve::parse_day(text);
  if (!day) return base::invalid("--expires", "expected a day such as 2026-12-31, or none");
  const auto end = *day + std::chrono::days(1);
  return std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count();
}

Result<std::int64_t> milliseconds_of(const std::string& text) {
  const auto duration = parse_duration(text, kLeastDeadline);
  if (!duration) return base::invalid("--deadline", duration.error().message + ", or none");
  return std::int64_t{duration->count()};
}

// A field of the settings, written when its flag was given; the first fault is kept.
class Fields final {
 public:
  explicit Fields(std::string& out) : json_(out) { json_.begin_object(); }

  void text(std::string_view name, const std::optional<std::string>& value) {
    if (value) json_.field(name, *value);
  }

  // `read`: from what was typed to a Result of what is written.
  template <class Read>
  void limit(std::string_view name, const std::optional<std::string>& typed, Read read) {
    if (!typed) return;
    json_.key(name);
    if (*typed == kNone) {
      json_.null();
      return;
    }
    const auto value = read(*typed);
    value ? json_.value(*value) : json_.null();
    if (!value && !fault_) fault_ = value.error();
  }

  template <class Number>
  void number(std::string_view name, const std::optional<std::string>& typed, const std::string& flag) {
    limit(name, typed, [&flag](const std::string& text) -> Result<Number> {
      const auto found = number_of<Number>(text);
      if (found && std::isfinite(static_cast<double>(*found))) return *found;
      return base::invalid(flag, "expected a number, or none");
    });
  }

  wire::JsonWriter& json() { return json_; }
  const std::optional<base::Failure>& fault() const { return fault_; }

 private:
  wire::JsonWriter json_;
  std::optional<base::Failure> fault_;
};

void write_models(wire::JsonWriter& json, const std::vector<std::string>& models) {
  if (models.empty()) return;
  json.key("models").begin_array();
  for (const auto& model : models) {
    if (model != kAll) json.value(model);
  }
  json.end_array();
}

void add_limit_flags(CLI::App& command, KeyFlags& key) {
  command.add_option("--tier", key.tier, "local (no limits) or v0 to v5")->type_name("TIER");
  command.add_option("--concurrency", key.concurrency, "requests at once; none: as the tier has it")
      ->type_name("N");
  command.add_option("--rpm", key.requests, "requests in a minute")->type_name("N");
  command.add_option("--tpm", key.tokens, "tokens in a minute")->type_name("N");
  command.add_option("--token-budget", key.token_budget, "tokens in its whole life")->type_name("N");
  command.add_option("--cost-budget", key.cost_budget, "money in its whole life")->type_name("AMOUNT");
}

}  // namespace

void add_key_flags(CLI::App& command, KeyFlags& key) {
  add_limit_flags(command, key);
  command.add_option("--allow", key.models, "a model that it may use, several times for more (all)")
      ->type_name("MODEL");
  command.add_option("--deadline", key.deadline, "time limit of each request, such as 30s or 2m")
      ->type_name("TIME");
  command.add_option("--expires", key.expires, "last day on which it is good, in UTC")
      ->type_name("YYYY-MM-DD");
}

void add_account_flags(CLI::App& command, KeyFlags& account) {
  add_limit_flags(command, account);
}

Result<std::string> settings_of(const KeyFlags& key) {
  std::string out;
  Fields fields(out);
  fields.text("name", key.name);
  fields.text("account", key.account);
  fields.text("tier", key.tier);
  fields.json().key("limits").begin_object();
  fields.number<std::int64_t>("concurrency", key.concurrency, "--concurrency");
  fields.number<std::int64_t>("requests_per_minute", key.requests, "--rpm");
  fields.number<std::int64_t>("tokens_per_minute", key.tokens, "--tpm");
  fields.json().end_object().key("budget").begin_object();
  fields.number<std::int64_t>("tokens", key.token_budget, "--token-budget");
  fields.number<double>("cost", key.cost_budget, "--cost-budget");
  fields.json().end_object();
  write_models(fields.json(), key.models);
  fields.limit("deadline_ms", key.deadline, milliseconds_of);
  fields.limit("expires_at", key.expires, end_of);
  fields.json().end_object();
  if (fields.fault()) return base::fail(*fields.fault());
  return out;
}

}  // namespace trilogue::app
