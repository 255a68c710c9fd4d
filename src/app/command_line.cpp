#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace trilogue::app {
namespace {

// What serve, chat and models have in common. Texts as typed; empty: not given.
struct Flags {
  std::string config;
  std::string listen;
  std::string data;
  std::string log_level;
  std::string threads;
  std::string slots;
  std::string context;
  std::vector<std::string> models;
};

void add_engine_flags(CLI::App& command, Flags& flags) {
  command.add_option("--config", flags.config, "configuration file (TOML); TRILOGUE_CONFIG names one too")
      ->type_name("FILE");
  command.add_option("--model", flags.models, "a model of your own; may stand several times")
      ->type_name("NAME=FILE.gguf")
      ->take_all();
  command.add_option("--threads", flags.threads, "threads of the decode (by the model and the cores)")
      ->type_name("N");
  command.add_option("--slots", flags.slots, "sequences decoded together (8)")->type_name("N");
  command.add_option("--context", flags.context, "cells of the KV pool that all sequences share (32768)")
      ->type_name("N");
  command.add_option("--log-level", flags.log_level, "error, warning, info or debug (info)")
      ->type_name("LEVEL");
}

base::Result<void> apply(Configuration& configuration, std::string_view key, const std::string& value) {
  if (value.empty()) return {};
  return set(configuration, key, value);
}

base::Result<void> apply_flags(Configuration& configuration, const Flags& flags) {
  const std::pair<std::string_view, const std::string*> scalars[] = {
      {"listen", &flags.listen},          {"data", &flags.data},          {"log_level", &flags.log_level},
      {"engine.threads", &flags.threads}, {"engine.slots", &flags.slots}, {"engine.context", &flags.context}};
  for (const auto& [key, value] : scalars) {
    auto done = apply(configuration, key, *value);
    if (!done) return done;
  }
  for (const auto& text : flags.models) {
    auto model = parse_model(text);
    if (!model) return base::fail(model.error());
    configuration.models.push_back(std::move(*model));
  }
  return {};
}

std::string from_environment(const char* const* environment, std::string_view name) {
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view line = *environment;
    if (line.starts_with(name) && line.substr(name.size()).starts_with('=')) {
      return std::string(line.substr(name.size() + 1));
    }
  }
  return {};
}

base::Result<Configuration> configure(const Flags& flags, const char* const* environment) {
  Configuration configuration;
  const std::string file =
      flags.config.empty() ? from_environment(environment, "TRILOGUE_CONFIG") : flags.config;
  if (!file.empty()) {
    const auto read = read_file(configuration, file);
    if (!read) return base::fail(read.error());
  }
  auto environment_read = read_environment(configuration, environment);
  if (!environment_read) return base::fail(environment_read.error());
  auto applied = apply_flags(configuration, flags);
  if (!applied) return base::fail(applied.error());
  return configuration;
}

std::string complaint(const base::Failure& failure) {
  // A message from a file already names its place.
  const bool placed = failure.path.empty() || failure.message.find(failure.path) != std::string::npos;
  return "trilogue: " + (placed ? "" : failure.path + ": ") + failure.message + "\n";
}

}  // namespace

Command read_command_line(int count, const char* const* arguments, const char* const* environment) {
  Flags flags;
  ChatCommand chat;
  CLI::App app("Trilogue serves language models behind Chat Completions, Messages and Responses.",
               "trilogue");
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "the flags of every command");

  CLI::App* serve = app.add_subcommand("serve", "start the server");
  add_engine_flags(*serve, flags);
  serve->add_option("--listen", flags.listen, "address and port (127.0.0.1:8080)")->type_name("ADDR:PORT");
  serve->add_option("--data", flags.data, "folder for what must survive a restart")->type_name("DIR");

  CLI::App* talk = app.add_subcommand("chat", "talk to a model in this terminal");
  add_engine_flags(*talk, flags);
  talk->add_option("--url", chat.url, "server to talk to (http://127.0.0.1:8080 if one runs there)")
      ->type_name("URL");
  talk->add_option("--effort", chat.effort, "none, low, medium or high")->type_name("EFFORT");
  talk->add_option("--system", chat.system, "system prompt")->type_name("TEXT");

  CLI::App* models = app.add_subcommand("models", "list the models of the configuration");
  add_engine_flags(*models, flags);
  CLI::App* version = app.add_subcommand("version", "print the version");

  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream problem;
    const int code = app.exit(error, out, problem);
    return PrintAndExit{out.str() + problem.str(), code == 0 ? 0 : 2};
  }
  if (version->parsed()) return VersionCommand{};

  // `chat --model NAME` picks one that is there already; `NAME=FILE` brings its own.
  if (talk->parsed() && !flags.models.empty() && flags.models.back().find('=') == std::string::npos &&
      !flags.models.back().ends_with(".gguf")) {
    chat.model = flags.models.back();
    flags.models.pop_back();
  }
  auto configuration = configure(flags, environment);
  if (!configuration) return PrintAndExit{complaint(configuration.error()), 2};
  if (serve->parsed()) return ServeCommand{std::move(*configuration)};
  if (models->parsed()) return ModelsCommand{std::move(*configuration)};
  chat.configuration = std::move(*configuration);
  if (chat.model.empty() && !chat.configuration.models.empty())
    chat.model = chat.configuration.models.back().name;
  return chat;
}

}  // namespace trilogue::app
