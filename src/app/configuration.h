// Everything that can be set, with its default. Filled from the TOML file, then the environment, then the
// command line, each over the one before. Values only; nothing is opened or checked against the machine here.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admission/redis/address.h"
#include "app/data_directory.h"
#include "base/log.h"
#include "base/result.h"
#include "base/secret.h"
#include "canon/effort.h"
#include "serve/prefix_sharing.h"

namespace trilogue::app {

// Tokens that a model may think at each effort before its answer must begin.
struct ThinkingBudgets {
  int low = 1024;
  int medium = 4096;
  int high = 16384;
  friend bool operator==(const ThinkingBudgets&, const ThinkingBudgets&) = default;
};

// A name that can be asked for and the file that answers: a GGUF for the embedded engine, or a `.story` for
// the scripted one.
struct ModelSpec {
  std::string name;
  std::string file;
  std::vector<canon::Effort> efforts{canon::Effort::low, canon::Effort::medium, canon::Effort::high};
  canon::Effort default_effort = canon::Effort::medium;
  std::string owned_by = "local";
  bool responses = true;                           // answers on /v1/responses too
  std::optional<ThinkingBudgets> most_thinking{};  // where the configuration allows more
  friend bool operator==(const ModelSpec&, const ModelSpec&) = default;
};

struct AliasSpec {
  std::string pattern;
  std::string model;
  friend bool operator==(const AliasSpec&, const AliasSpec&) = default;
};

// Of a million tokens, in the configured currency.
struct PriceSpec {
  std::string model;  // a name, or a pattern with stars
  double input = 0;
  double cached_input = 0;
  double output = 0;
  friend bool operator==(const PriceSpec&, const PriceSpec&) = default;
};

// A time limit for the requests of some models, where it is shorter than server.deadline.
struct DeadlineSpec {
  std::string model;  // a name, or a pattern with stars
  std::chrono::milliseconds deadline{};
  friend bool operator==(const DeadlineSpec&, const DeadlineSpec&) = default;
};

enum class ChatChunks { documented, openai };
inline constexpr base::EnumTable<ChatChunks, 2> kChatChunksNames{
    {{ChatChunks::documented, "documented"}, {ChatChunks::openai, "openai"}}};
static_assert(base::is_complete(kChatChunksNames));

enum class ReasoningEvents { documented, summary };
inline constexpr base::EnumTable<ReasoningEvents, 2> kReasoningEventsNames{
    {{ReasoningEvents::documented, "documented"}, {ReasoningEvents::summary, "summary"}}};
static_assert(base::is_complete(kReasoningEventsNames));

inline constexpr base::EnumTable<serve::PrefixSharing, 3> kPrefixSharingNames{
    {{serve::PrefixSharing::all, "all"},
     {serve::PrefixSharing::account, "account"},
     {serve::PrefixSharing::key, "key"}}};
static_assert(base::is_complete(kPrefixSharingNames));

// What the ledger survives: a killed process, or a power cut too.
enum class Durability { normal, full };
inline constexpr base::EnumTable<Durability, 2> kDurabilityNames{
    {{Durability::normal, "normal"}, {Durability::full, "full"}}};
static_assert(base::is_complete(kDurabilityNames));

// What is kept of the Responses API; whatever is beyond one of these goes, the longest unused first.
struct ResponseBounds {
  int count = 10'000;
  int mb = 1024;
  int days = 30;
  friend bool operator==(const ResponseBounds&, const ResponseBounds&) = default;
};

// Where traces go, OTLP over HTTP.
struct OtlpSpec {
  std::string endpoint;  // of the collector, a URL without /v1/traces; "": traces go nowhere
  base::Secret headers;  // `name=value,…`, values percent-encoded
  std::string service_name = "trilogue";
};

// What is kept of the bodies of requests, where the operator wants that.
struct PromptBounds {
  bool record = false;
  int count = 1000;
  int kb = 64;  // of each
  friend bool operator==(const PromptBounds&, const PromptBounds&) = default;
};

struct Configuration {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string data_directory = default_data_folder();  // "": nothing is kept
  Durability durability = Durability::normal;
  base::Secret
      database;  // the address of the one that servers share, with its password; "": a file in `data`

  std::vector<ModelSpec> models;  // beside the bundled one, or instead of it under its names
  bool bundled_model = true;
  std::vector<AliasSpec> aliases;
  std::vector<base::Secret> api_keys;
  std::vector<PriceSpec> prices;        // the first that fits a model counts; none: it costs nothing
  std::vector<DeadlineSpec> deadlines;  // the smallest that fits a model counts
  std::string currency;                 // of the prices, as ISO 4217 has it; for show

  int threads = 0;  // of the decode; 0: one for each core, at most 8, and one for a model under 64 MB
  int slots = 8;
  int context = 32768;
  int batch = 512;      // tokens computed together at most
  int gpu_layers = -1;  // -1: all that fit where the library has a GPU
  int queue = 256;      // requests waiting for the engine
  serve::PrefixSharing share_prefixes = serve::PrefixSharing::all;
  ThinkingBudgets thinking;
  ResponseBounds responses;
  std::optional<admission::redis::Address> limits_store;  // nothing: limits are counted here
  PromptBounds prompts;
  OtlpSpec otlp;

  int io_threads = 1;
  int max_running = 10'000;
  int max_connections = 16'384;
  int max_body_mb = 64;
  int max_choices = 128;
  std::chrono::milliseconds deadline = std::chrono::minutes(10);
  std::chrono::milliseconds heartbeat = std::chrono::seconds(15);
  std::chrono::milliseconds drain = std::chrono::seconds(30);
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
  std::chrono::milliseconds header_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds body_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds write_timeout = std::chrono::seconds(60);
  std::string tls_certificate;
  std::string tls_key;

  std::vector<std::string> browser_hosts;
  std::vector<std::string> browser_origins;
  ChatChunks chat_chunks = ChatChunks::documented;
  ReasoningEvents reasoning_events = ReasoningEvents::documented;
  base::LogLevel log_level = base::LogLevel::info;

  // What was said for each setting by its key, the last word: to tell what has changed. Keys of callers are
  // among it.
  std::map<std::string, base::Secret, std::less<>> said;
};

inline constexpr std::chrono::milliseconds kLeastDeadline{100};

// One line of the configuration file, `key = value`; environment_name() says how the environment names it.
struct Setting {
  std::string_view key;  // `server.deadline`
  std::string_view help;
  base::Result<void> (*set)(Configuration&, std::string_view value);
};
std::span<const Setting> settings();

// Failure: invalid_request; path is the key, message says what was expected.
base::Result<void> set(Configuration& configuration, std::string_view key, std::string_view value);

// `server.deadline` → `TRILOGUE_SERVER_DEADLINE`
std::string environment_name(std::string_view key);

// Reads every TRILOGUE_* variable of `environment` ("NAME=value"). One that names no setting is a failure,
// unless a container platform made it of a service's name (TRILOGUE_PORT=tcp://…).
base::Result<void> read_environment(Configuration& configuration, const char* const* environment);

// Reads a TOML file. Failures say the file, the line and the key.
base::Result<void> read_file(Configuration& configuration, const std::string& file);

// `NAME=FILE` or `FILE`, whose name is then the file's without folder and ending.
base::Result<ModelSpec> parse_model(std::string_view text);

// `90`, `90s`, `500ms`, `10m`: seconds where no unit stands; at most 30 days. Failure: invalid_request.
base::Result<std::chrono::milliseconds> parse_duration(std::string_view text,
                                                       std::chrono::milliseconds least);

// `[ADDRESS:]PORT`, with an IPv6 address in brackets.
base::Result<void> parse_listen(Configuration& configuration, std::string_view text);

}  // namespace trilogue::app
