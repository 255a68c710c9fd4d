#include "app/serve_command.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "app/data_directory.h"
#include "app/keys_at_start.h"
#include "app/loaded_models.h"
#include "app/model_list.h"
#include "app/operator_token.h"
#include "app/policy.h"
#include "app/prompts_at_start.h"
#include "app/reload.h"
#include "app/signals.h"
#include "app/start_screen.h"
#include "app/trace_collector.h"
#include "app/version.h"
#include "http/server.h"
#include "serve/front_door.h"
#include "serve/interrupted_responses.h"
#include "serve/metrics.h"
#include "serve/reply.h"
#include "serve/running_responses.h"
#include "store/platform.h"
#include "store/responses.h"

namespace trilogue::app {
namespace {

using base::FailureKind;
using base::Result;

bool is_loopback(const std::string& address) {
  return address == "::1" || address.starts_with("127.");
}

Result<void> check(const Configuration& configuration, bool has_keys) {
  if (!is_loopback(configuration.address) && !has_keys) {
    return base::invalid(
        "", "Refusing to listen on " + configuration.address +
                " without a key: anyone who reaches this machine could use it. Make one with `trilogue keys "
                "create`, or set api_keys in the configuration or TRILOGUE_API_KEYS in the environment.");
  }
  if (configuration.tls_certificate.empty() != configuration.tls_key.empty()) {
    return base::invalid("", "tls.certificate and tls.key belong together: set both or none");
  }
  if (configuration.batch < 2 * configuration.slots) {
    return base::invalid(
        "",
        "engine.batch must be at least twice engine.slots: a token for everybody who writes, "
        "and as much for those whose prompt is read");
  }
  return {};
}

http::ServerOptions http_options(const Configuration& configuration, base::Random& random) {
  http::ServerOptions options;
  options.address = configuration.address;
  options.port = configuration.port;
  options.io_threads = configuration.io_threads;
  options.max_body_bytes = static_cast<std::size_t>(configuration.max_body_mb) << 20;
  options.idle_timeout = configuration.idle_timeout;
  options.header_timeout = configuration.header_timeout;
  options.body_timeout = configuration.body_timeout;
  options.write_timeout = configuration.write_timeout;
  options.max_connections = static_cast<std::size_t>(configuration.max_connections);
  options.socket_file = socket_file(configuration.data_directory);
  options.refusals = [&random](int status, std::string_view reason) {
    return serve::refusal(random, status, reason);
  };
  if (!configuration.tls_certificate.empty()) {
    options.tls = http::TlsFiles{configuration.tls_certificate, configuration.tls_key};
  }
  return options;
}

void show_progress(const std::string& file, float done, bool last) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\rloading %s %3.0f %%%s", file.c_str(), static_cast<double>(done) * 100,
               last ? "\r\033[K" : "");
}

// Failure: cancelled, when it was told to stop meanwhile.
Result<LoadedModels> load_unless_stopped(const Configuration& configuration,
                                         const std::vector<ModelSpec>& specs, const base::Log& log,
                                         base::Random& random) {
  bool stopped = false;
  const auto on_progress = [&stopped](const std::string& file, float done) {
    stopped = stop_is_pending();
    show_progress(file, done, stopped || done >= 1);
    return !stopped;
  };
  auto loaded = load_models(configuration, specs, log, random, on_progress);
  if (!loaded && stopped) return base::fail(base::FailureKind::cancelled, "stopped while a model was loaded");
  return loaded;
}

Result<std::unique_ptr<store::Responses>> open_responses(const Configuration& configuration,
                                                         const base::Log& log) {
  const auto& kept = configuration.responses;
  const store::Responses::Bounds bounds{kept.count, std::int64_t{kept.mb} << 20,
                                        std::chrono::hours(24) * kept.days};
  const std::string& folder = configuration.data_directory;
  const std::string file = folder.empty() ? "" : folder + "/responses.db";
  auto opened = store::Responses::open(file, bounds, std::chrono::system_clock::now);
  if (opened) serve::end_interrupted(**opened, log);
  return opened;
}

// Requests go on; what they use waits in the journal.
void log_trouble(const base::Log& log, const std::optional<base::Failure>& why) {
  why ? log.write(base::LogLevel::error,
                  "the ledger does not reach its database: usage and budgets lag behind",
                  {{"reason", why->message}})
      : log.write(base::LogLevel::warning, "the ledger reaches its database again");
}

Result<store::Platform> open_platform(const Configuration& configuration, const base::Log& log) {
  auto platform = store::open_platform(configuration.data_directory,
                                       configuration.durability == Durability::full, configuration.database);
  if (!platform) return platform;
  platform->ledger->on_trouble([log](const auto& why) { log_trouble(log, why); });
  const auto& recovery = platform->ledger->recovery();
  if (!recovery.warning.empty()) log.write(base::LogLevel::warning, recovery.warning);
  if (recovery.interrupted > 0) {
    log.write(base::LogLevel::info, "settled requests that the last server left running",
              {{"requests", std::to_string(recovery.interrupted)}});
  }
  return platform;
}

// What the data directory holds, while this server has it. The platform goes before the keyring that it
// tells.
struct Kept {
  DataDirectory directory;
  std::unique_ptr<admission::Keyring> keyring;
  store::Platform platform;
  OperatorToken token;
};

Result<Kept> open_kept(const Configuration& configuration, const base::Log& log, base::Random& random) {
  // A command that looks after the keys is done with it in a moment.
  auto directory = DataDirectory::open(configuration.data_directory, std::chrono::seconds(2));
  if (!directory) return base::fail(directory.error());
  const auto counted = configuration.limits_store.has_value() ? admission::LimitsCounted::in_the_store
                                                              : admission::LimitsCounted::here;
  auto keyring = std::make_unique<admission::Keyring>(counted);
  auto platform = open_platform(configuration, log);
  if (!platform) return base::fail(platform.error());
  const auto filled = fill_keyring(*keyring, *platform, configuration.api_keys);
  if (!filled) return base::fail(filled.error());
  if (platform->others) platform->others->tell(news_for(*keyring, log), *filled);
  if (auto fine = check(configuration, !keyring->empty()); !fine) return base::fail(fine.error());
  auto token = open_operator_token(configuration.data_directory, random);
  if (!token) return base::fail(token.error());
  return Kept{std::move(*directory), std::move(keyring), std::move(*platform), std::move(*token)};
}

// Null where limits are counted here.
std::unique_ptr<admission::SharedLimits> open_shared_limits(const Configuration& configuration,
                                                            base::Random& random, const base::Log& log) {
  if (!configuration.limits_store) return nullptr;
  constexpr std::size_t kNameCharacters = 16;
  std::string name = random.text(base::kLowerHex, kNameCharacters);
  return std::make_unique<admission::SharedLimits>(*configuration.limits_store, std::move(name), log);
}

void show(const std::string& screen) {
  std::fputs(screen.c_str(), stdout);
  std::fflush(stdout);
}

// Returns when nobody is left who could answer on a strand of the server.
void wait_for_answers(store::Platform& platform, const base::Log& log) {
  if (auto flushed = platform.ledger->flush(); !flushed)
    log.write(base::LogLevel::warning, "the ledger is not in its database yet: " + flushed.error().message);
  platform.answer_all();
}

// Listens, says so, and serves until a signal. Gives the server back, whose strands may still be asked for.
Result<std::unique_ptr<http::Server>> serve_until_told(const ServeCommand& command,
                                                       const std::vector<ModelSpec>& models,
                                                       const LoadedModels& loaded, serve::FrontDoor& door,
                                                       serve::Services& services, base::Log& log,
                                                       bool first_start) {
  const Configuration& configuration = command.configuration;
  const auto handler = [&door](http::Exchange& exchange) { return door.handle(exchange); };
  auto server = http::Server::listen(http_options(configuration, services.random), handler, services.log);
  if (!server) return server;
  Reload reload(configuration, command.read_again, loaded, services, log, **server);
  const std::jthread watcher(
      [&services, &server, &reload, terminal = has_terminal()](const std::stop_token& done) {
        watch_signals(done, services, **server, reload, terminal);
      });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - services.started;
  StartFacts facts{(*server)->port(), took.count(), services.gate.requires_key(), ""};
  if (first_start) facts.console_token = std::string(services.desk.one_time_token().expose());
  show(start_screen(configuration, models, facts));
  (*server)->run();
  return server;
}

// Fails only where the server never listened.
Result<void> run_with(Kept& kept, const ServeCommand& command, base::Log& log, base::Random& random,
                      base::SteadyTime started) {
  const Configuration& configuration = command.configuration;
  store::Platform& platform = kept.platform;
  const auto specs = list_models(configuration);
  if (!specs) return base::fail(specs.error());
  auto loaded = load_unless_stopped(configuration, *specs, log, random);
  if (!loaded) return base::fail(loaded.error());

  serve::PolicyBoard policies(policy_of(configuration, *specs, *loaded));
  const auto clock = std::chrono::system_clock::now;
  const auto shared_limits = open_shared_limits(configuration, random, log);
  admission::Gate gate(*kept.keyring, configuration.max_running, clock);
  admission::OperatorDesk desk(kept.token.token, random, clock);
  serve::ReasoningCache reasoning(std::size_t{32} << 20);
  auto responses = open_responses(configuration, log);
  if (!responses) return base::fail(responses.error());
  auto prompts = open_prompts(configuration);
  if (!prompts) return base::fail(prompts.error());
  serve::RunningResponses running;
  serve::Metrics metrics;
  serve::Services services{
      policies,        gate,    *kept.keyring, desk, reasoning, **responses, *platform.keys, *platform.ledger,
      *platform.usage, running, random,        log,  metrics,   clock,       kVersion,       started};
  services.prompts = prompts->get();
  auto spans = open_span_export(configuration, random, log);
  services.spans = spans.get();
  services.shared_limits = shared_limits.get();
  serve::FrontDoor door(services);
  auto server = serve_until_told(command, *specs, *loaded, door, services, log, kept.token.is_new);
  if (!server) return base::fail(server.error());
  running.clear();
  responses->reset();
  prompts->reset();
  if (shared_limits) shared_limits->close();
  wait_for_answers(platform, log);
  server->reset();
  spans.reset();
  log.write(base::LogLevel::info, "stopped");
  return {};
}

Result<void> run(const ServeCommand& command) {
  const Configuration& configuration = command.configuration;
  const auto started = std::chrono::steady_clock::now();
  base::Log log(configuration.log_level);
  base::Random random;
  auto kept = open_kept(configuration, log, random);
  if (!kept) return base::fail(kept.error());
  auto done = run_with(*kept, command, log, random, started);
  if (!done) forget_unseen(kept->token, configuration.data_directory);
  return done;
}

}  // namespace

int serve(const ServeCommand& command) {
  block_signals();
  const auto done = run(command);
  if (done) return 0;
  std::fprintf(stderr, "trilogue: %s\n", done.error().message.c_str());
  return done.error().kind == base::FailureKind::cancelled ? 0 : 1;
}

}  // namespace trilogue::app
