#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <optional>
#include <sstream>

#include "app/key_flags.h"
#include "serve/query.h"

namespace trilogue::app {
namespace {

// What serve, chat and models have in common. Texts as typed; empty: not given.
struct Flags {
  std::string config;
  std::string listen;
  std::string data;
  std::string database;
  std::string log_level;
  std::string threads;
  std::string slots;
  std::string context;
  std::vector<std::string> models;
};

struct UsageFlags {
  std::string key;
  std::string since;
  std::string until;
  std::string by;
};

// A password has no place here, where everybody on the machine may read it.
void add_database_flag(CLI::App& command, Flags& flags) {
  command.add_option("--database", flags.database, "PostgreSQL that servers share, else a file in --data")
      ->type_name("postgresql://USER@HOST/NAME");
}

void add_place_flags(CLI::App& command, Flags& flags, bool& json) {
  command.add_option("--config", flags.config, "configuration file (TOML); TRILOGUE_CONFIG names one too")
      ->type_name("FILE");
  command.add_option("--data", flags.data, "folder of the server, where it is not the usual one")
      ->type_name("DIR");
  add_database_flag(command, flags);
  command.add_flag("--json", json, "print JSON");
}

void add_usage_flags(CLI::App& command, UsageFlags& used) {
  command.add_option("--key", used.key, "of one key")->type_name("ID");
  command.add_option("--since", used.since, "first day, in UTC")->type_name("YYYY-MM-DD");
  command.add_option("--until", used.until, "last day, in UTC")->type_name("YYYY-MM-DD");
  command.add_option("--by", used.by, "day, key, model or api")->type_name("GROUP");
}

std::string query_of(const UsageFlags& usage) {
  std::string query;
  const std::pair<std::string_view, const std::string*> pairs[] = {
      {"key", &usage.key}, {"since", &usage.since}, {"until", &usage.until}, {"by", &usage.by}};
  for (const auto& [name, value] : pairs) {
    if (value->empty()) continue;
    query.append(query.empty() ? "?" : "&").append(name).append("=").append(serve::percent_encoded(*value));
  }
  return query;
}

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

void add_serve_flags(CLI::App& command, Flags& flags) {
  command.add_option("--listen", flags.listen, "address and port (127.0.0.1:8080)")->type_name("ADDR:PORT");
  command.add_option("--data", flags.data, "folder for what must survive a restart, or none")
      ->type_name("DIR");
  add_database_flag(command, flags);
}

base::Result<void> apply(Configuration& configuration, std::string_view key, const std::string& value) {
  if (value.empty()) return {};
  return set(configuration, key, value);
}

base::Result<void> apply_flags(Configuration& configuration, const Flags& flags) {
  const std::pair<std::string_view, const std::string*> scalars[] = {
      {"listen", &flags.listen},          {"data", &flags.data},          {"log_level", &flags.log_level},
      {"engine.threads", &flags.threads}, {"engine.slots", &flags.slots}, {"engine.context", &flags.context},
      {"database", &flags.database}};
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

std::string configuration_file(const Flags& flags, const char* const* environment) {
  return flags.config.empty() ? from_environment(environment, "TRILOGUE_CONFIG") : flags.config;
}

base::Result<Configuration> configure(const Flags& flags, const char* const* environment) {
  Configuration configuration;
  const std::string file = configuration_file(flags, environment);
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

std::string words_of(const base::Failure& failure) {
  // A message from a file already names its place.
  const bool placed = failure.path.empty() || failure.message.find(failure.path) != std::string::npos;
  return (placed ? "" : failure.path + ": ") + failure.message;
}

std::string complaint(const base::Failure& failure) {
  return "trilogue: " + words_of(failure) + "\n";
}

DoctorCommand doctor_command(const Flags& flags, const char* const* environment, bool json) {
  DoctorCommand command{std::nullopt, "", configuration_file(flags, environment), json};
  auto configuration = configure(flags, environment);
  if (!configuration) command.problem = words_of(configuration.error());
  if (configuration) command.configuration = std::move(*configuration);
  return command;
}

void add_chat_flags(CLI::App& command, ChatCommand& chat) {
  command.add_option("--url", chat.url, "server to talk to (http://127.0.0.1:8080 if one runs there)")
      ->type_name("URL");
  command.add_option("--effort", chat.effort, "none, low, medium or high")->type_name("EFFORT");
  command.add_option("--system", chat.system, "system prompt")->type_name("TEXT");
}

// `chat --model NAME` picks one that is there already; `NAME=FILE` brings its own.
void pick_model(Flags& flags, ChatCommand& chat) {
  if (flags.models.empty()) return;
  const std::string& last = flags.models.back();
  if (last.find('=') != std::string::npos || last.ends_with(".gguf")) return;
  chat.model = last;
  flags.models.pop_back();
}

std::string not_empty(const std::string& typed) {
  return typed.empty() ? "nothing was typed here" : "";
}

void add_keys_commands(CLI::App& keys, Flags& flags, KeyFlags& key, bool& json) {
  keys.require_subcommand(1);
  CLI::App* create = keys.add_subcommand("create", "make a key and show it, this once");
  CLI::App* list = keys.add_subcommand("list", "list the keys");
  CLI::App* update = keys.add_subcommand("update", "change a key; what is not said stays as it is");
  CLI::App* revoke = keys.add_subcommand("revoke", "end a key for good, and what it runs");
  CLI::App* rotate = keys.add_subcommand("rotate", "give a key a new secret");
  create->add_option("name", key.name, "what the key is for")->type_name("NAME");
  create->add_option("--account", key.account, "account it belongs to (one of its own)")->type_name("NAME");
  for (CLI::App* const one : {update, revoke, rotate})
    one->add_option("id", key.id, "the key's id")->required()->check(not_empty);
  update->add_option("--name", key.name, "what the key is for")->type_name("NAME");
  for (CLI::App* const one : {create, update}) add_key_flags(*one, key);
  for (CLI::App* const one : {create, list, update, revoke, rotate}) add_place_flags(*one, flags, json);
}

void add_accounts_commands(CLI::App& accounts, Flags& flags, KeyFlags& account, bool& json) {
  accounts.require_subcommand(1);
  CLI::App* create = accounts.add_subcommand("create", "make an account, whose keys share its limits");
  CLI::App* list = accounts.add_subcommand("list", "list the accounts");
  CLI::App* update = accounts.add_subcommand("update", "change an account; what is not said stays as it is");
  create->add_option("name", account.name, "whose keys they are")->type_name("NAME")->required();
  update->add_option("id", account.id, "the account's id or name")->required()->check(not_empty);
  update->add_option("--name", account.name, "its new name")->type_name("NAME");
  for (CLI::App* const one : {create, update}) add_account_flags(*one, account);
  for (CLI::App* const one : {create, list, update}) add_place_flags(*one, flags, json);
}

Command keys_command(const CLI::App& keys, Configuration configuration, const KeyFlags& key, bool json) {
  using Action = KeysCommand::Action;
  auto settings = settings_of(key);
  if (!settings) return PrintAndExit{complaint(settings.error()), 2};
  const Action action = keys.got_subcommand("create")   ? Action::create
                        : keys.got_subcommand("update") ? Action::update
                        : keys.got_subcommand("revoke") ? Action::revoke
                        : keys.got_subcommand("rotate") ? Action::rotate
                                                        : Action::list;
  return KeysCommand{std::move(configuration), action, key.id, std::move(*settings), json};
}

Command accounts_command(const CLI::App& accounts, Configuration configuration, const KeyFlags& account,
                         bool json) {
  using Action = AccountsCommand::Action;
  auto settings = settings_of(account);
  if (!settings) return PrintAndExit{complaint(settings.error()), 2};
  const Action action = accounts.got_subcommand("create")   ? Action::create
                        : accounts.got_subcommand("update") ? Action::update
                                                            : Action::list;
  return AccountsCommand{std::move(configuration), action, account.id, std::move(*settings), json};
}

// What is printed instead of doing anything: help, or what is wrong.
std::optional<PrintAndExit> parse(CLI::App& app, int count, const char* const* arguments) {
  try {
    app.parse(count, arguments);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream problem;
    const int code = app.exit(error, out, problem);
    return PrintAndExit{out.str() + problem.str(), code == 0 ? 0 : 2};
  }
}

}  // namespace

Command read_command_line(int count, const char* const* arguments, const char* const* environment) {
  Flags flags;
  ChatCommand chat;
  KeyFlags key;
  UsageFlags used;
  bool json = false;
  CLI::App app("Trilogue serves language models behind Chat Completions, Messages and Responses.",
               "trilogue");
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "the flags of every command");

  CLI::App* serve = app.add_subcommand("serve", "start the server");
  add_engine_flags(*serve, flags);
  add_serve_flags(*serve, flags);

  CLI::App* talk = app.add_subcommand("chat", "talk to a model in this terminal");
  add_engine_flags(*talk, flags);
  add_chat_flags(*talk, chat);

  CLI::App* models = app.add_subcommand("models", "list the models of the configuration");
  add_engine_flags(*models, flags);

  CLI::App* keys =
      app.add_subcommand("keys", "make, list, change and revoke the keys of a server, also while it runs");
  add_keys_commands(*keys, flags, key, json);

  CLI::App* accounts = app.add_subcommand("accounts", "make and change the accounts that keys belong to");
  add_accounts_commands(*accounts, flags, key, json);

  CLI::App* usage = app.add_subcommand("usage", "what was used, by the ledger");
  add_usage_flags(*usage, used);
  add_place_flags(*usage, flags, json);

  CLI::App* doctor = app.add_subcommand("doctor", "check the set-up and say what is wrong with it");
  add_place_flags(*doctor, flags, json);

  CLI::App* version = app.add_subcommand("version", "print the version");

  if (auto told = parse(app, count, arguments)) return std::move(*told);
  if (version->parsed()) return VersionCommand{};
  if (doctor->parsed()) return doctor_command(flags, environment, json);

  if (talk->parsed()) pick_model(flags, chat);
  auto configuration = configure(flags, environment);
  if (!configuration) return PrintAndExit{complaint(configuration.error()), 2};
  if (serve->parsed()) {
    return ServeCommand{std::move(*configuration),
                        [flags, environment] { return configure(flags, environment); }};
  }
  if (models->parsed()) return ModelsCommand{std::move(*configuration)};
  if (usage->parsed()) return UsageCommand{std::move(*configuration), query_of(used), json};
  if (keys->parsed()) return keys_command(*keys, std::move(*configuration), key, json);
  if (accounts->parsed()) return accounts_command(*accounts, std::move(*configuration), key, json);
  chat.configuration = std::move(*configuration);
  if (chat.model.empty() && !chat.configuration.models.empty())
    chat.model = chat.configuration.models.back().name;
  return chat;
}

}  // namespace trilogue::app
