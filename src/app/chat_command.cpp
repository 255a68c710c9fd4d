#include "app/chat_command.h"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "app/loaded_models.h"
#include "app/model_list.h"
#include "app/terminal_text.h"
#include "engine/remote/remote_engine.h"
#include "wire/utf8.h"

namespace trilogue::app {
namespace {

namespace asio = boost::asio;
using base::Result;

constexpr const char* kUsualUrl = "http://127.0.0.1:8080";

// Whom this conversation is with.
struct Partner {
  LoadedModels own;  // empty when a server answers
  std::unique_ptr<engine::Engine> server;
  engine::Engine* engine = nullptr;
  std::string model;
  std::string where;
};

struct Style {
  const char* dim = "";
  const char* plain = "";
};

Style style_of_terminal() {
  if (isatty(STDOUT_FILENO) == 0 || std::getenv("NO_COLOR") != nullptr) return {};
  return {"\033[2m", "\033[0m"};
}

// Prints an answer as it comes and keeps it for the next round.
class Printer final {
 public:
  explicit Printer(Style style) : style_(style) {}

  void show(const canon::Event& event) {
    if (const auto* opened = std::get_if<canon::BlockOpened>(&event.what)) {
      open_ = opened->kind;
      std::fputs(open_ == canon::BlockKind::reasoning ? style_.dim : style_.plain, stdout);
      if (open_ == canon::BlockKind::call) std::printf("[%s] ", shown_on_terminal(opened->name).c_str());
    } else if (const auto* delta = std::get_if<canon::Delta>(&event.what)) {
      std::fputs(shown_on_terminal(delta->text).c_str(), stdout);
      if (open_ == canon::BlockKind::reasoning) turn_.reasoning += delta->text;
      if (open_ == canon::BlockKind::text) turn_.text += delta->text;
    } else if (std::holds_alternative<canon::BlockClosed>(event.what)) {
      std::printf("%s\n", style_.plain);
    } else if (const auto* failed = std::get_if<canon::Failed>(&event.what)) {
      std::printf("%s\n! %s\n", style_.plain, shown_on_terminal(failed->failure.message).c_str());
      over_ = true;
    } else if (std::holds_alternative<canon::Finished>(event.what)) {
      over_ = true;
    }
    std::fflush(stdout);
  }

  void interrupted() {
    std::printf("%s\n(stopped)\n", style_.plain);
    std::fflush(stdout);
  }

  void not_started(const base::Failure& failure) {
    if (failure.kind == base::FailureKind::cancelled) return interrupted();
    std::printf("! %s\n", shown_on_terminal(failure.message).c_str());
  }

  bool over() const { return over_; }
  canon::AssistantTurn take_turn() { return std::move(turn_); }

 private:
  Style style_;
  canon::BlockKind open_ = canon::BlockKind::text;
  canon::AssistantTurn turn_;
  bool over_ = false;
};

// One answer. Ctrl-C stops it, or the wait for its beginning, and nothing else.
asio::awaitable<void> answer(engine::Engine& engine, canon::Request request, Printer& printer,
                             asio::signal_set& interrupt) {
  const auto stop = std::make_shared<std::function<void()>>();
  interrupt.async_wait([stop](const boost::system::error_code& error, int) {
    if (!error && *stop) (*stop)();
  });
  engine::Patience patience;
  patience.on_wait = [stop](std::function<void()> leave) { *stop = std::move(leave); };
  auto started = co_await engine.start(std::move(request), std::move(patience));
  if (!started) {
    printer.not_started(started.error());
    interrupt.cancel();
    co_return;
  }
  const std::shared_ptr<engine::EventStream> stream = std::move(*started);
  // Weak: a signal that came with the last event is told after the stream has gone.
  *stop = [weak = std::weak_ptr(stream)] {
    if (const auto running = weak.lock()) running->stop();
  };
  while (!printer.over()) {
    const auto events = co_await stream->next(base::SteadyTime::max());
    if (events.empty()) {
      printer.interrupted();
      break;
    }
    for (const auto& event : events) printer.show(event);
  }
  interrupt.cancel();
}

canon::AssistantTurn ask(engine::Engine& engine, canon::Request request, Style style) {
  asio::io_context io;
  asio::signal_set interrupt(io, SIGINT);
  Printer printer(style);
  asio::co_spawn(io, answer(engine, std::move(request), printer, interrupt), asio::detached);
  io.run();
  return printer.take_turn();
}

asio::awaitable<void> look_for_server(http::Url url, bool& found) {
  http::ClientRequest request{"GET", "/health"};
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  const auto response = co_await http::fetch(std::move(url), std::move(request), until);
  found = response && (*response)->status() == 200;
}

bool server_runs(const http::Url& url) {
  asio::io_context io;
  bool found = false;
  asio::co_spawn(io, look_for_server(url, found), asio::detached);
  io.run();
  return found;
}

Result<Partner> talk_to_server(const ChatCommand& command, const http::Url& url, const std::string& shown) {
  Partner partner;
  const char* key = std::getenv("TRILOGUE_KEY");
  engine::remote::RemoteOptions options{url, base::Secret(key != nullptr ? key : ""), 0};
  partner.server = std::make_unique<engine::remote::RemoteEngine>(std::move(options));
  partner.engine = partner.server.get();
  partner.model = command.model.empty() ? "step-3.7-flash" : command.model;
  partner.where = shown;
  return partner;
}

Result<Partner> load_here(const ChatCommand& command, const base::Log& log, base::Random& random) {
  const auto specs = list_models(command.configuration);
  if (!specs) return base::fail(specs.error());
  std::vector<ModelSpec> wanted{specs->back()};
  for (const auto& spec : *specs) {
    if (spec.name == command.model) wanted = {spec};
  }
  if (!command.model.empty() && wanted.front().name != command.model) {
    return base::invalid("", "There is no model " + command.model + "; `trilogue models` lists them");
  }
  Partner partner;
  auto loaded =
      load_models(command.configuration, wanted, log, random, [](const std::string&, float) { return true; });
  if (!loaded) return base::fail(loaded.error());
  partner.own = std::move(*loaded);
  partner.engine = partner.own.engines.front().get();
  partner.model = wanted.front().name;
  partner.where = "this process";
  return partner;
}

Result<Partner> find_partner(const ChatCommand& command, const base::Log& log, base::Random& random) {
  const std::string text = command.url.empty() ? kUsualUrl : command.url;
  auto url = http::parse_url(text);
  if (!url) return base::fail(url.error());
  if (url->path == "/v1") url->path.clear();
  const bool own_file = !command.configuration.models.empty();
  if (!command.url.empty() || (!own_file && server_runs(*url))) return talk_to_server(command, *url, text);
  return load_here(command, log, random);
}

Result<canon::Request> first_request(const ChatCommand& command, const Partner& partner) {
  canon::Request request;
  request.model = partner.model;
  if (!command.system.empty()) request.turns.emplace_back(canon::SystemTurn{command.system});
  if (!command.effort.empty()) {
    request.effort = base::from_text(canon::kEffortNames, command.effort);
    if (!request.effort) return base::invalid("", "--effort: expected none, low, medium or high");
  }
  return request;
}

void converse(Partner& partner, canon::Request request) {
  const Style style = style_of_terminal();
  const canon::Request fresh = request;
  std::printf("%s%s, in %s. /clear forgets, /exit or Ctrl-D leaves, Ctrl-C stops an answer.%s\n", style.dim,
              partner.model.c_str(), partner.where.c_str(), style.plain);
  for (std::string line; std::printf("> "), std::fflush(stdout), std::getline(std::cin, line);) {
    if (line == "/exit") return;
    if (line == "/clear") request = fresh;
    if (line.empty() || line == "/clear") continue;
    request.turns.emplace_back(canon::UserTurn{wire::replace_invalid_utf8(line)});
    canon::AssistantTurn turn = ask(*partner.engine, request, style);
    turn.reasoning.clear();  // a new question: what was thought before is not sent again
    if (turn.text.empty()) {
      request.turns.pop_back();  // nothing was answered: the question may be asked again
    } else {
      request.turns.emplace_back(std::move(turn));
    }
  }
  std::printf("\n");
}

}  // namespace

int chat(const ChatCommand& command) {
  const base::Log log(base::LogLevel::error);
  base::Random random;
  auto partner = find_partner(command, log, random);
  const auto request =
      partner ? first_request(command, *partner) : Result<canon::Request>(base::fail(partner.error()));
  if (!request) {
    std::fprintf(stderr, "trilogue: %s\n", request.error().message.c_str());
    return 1;
  }
  converse(*partner, *request);
  return 0;
}

}  // namespace trilogue::app
