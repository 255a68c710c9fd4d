#include "app/operator_calls.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

#include "app/data_directory.h"
#include "app/keys_at_start.h"
#include "app/operator_token.h"
#include "app/paper_exchange.h"
#include "http/client.h"
#include "serve/front_door.h"
#include "serve/metrics.h"
#include "serve/running_responses.h"
#include "store/platform.h"
#include "wire/json.h"

namespace trilogue::app {
namespace asio = boost::asio;

using base::FailureKind;
using base::Result;

namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::seconds kStartPatience{10};  // for a server on its way up or down, and other commands

struct Answer {
  int status = 0;
  std::string body;
};

// `invalid_request` stands for all of them: the words are the server's.
Result<std::string> body_of(Answer answer) {
  if (answer.status < 300) return std::move(answer.body);
  const auto document = wire::Document::parse(std::move(answer.body));
  const auto error = document ? document->root().find("error") : std::nullopt;
  const auto message = error ? error->find("message") : std::nullopt;
  const auto text = message ? message->text() : std::nullopt;
  return base::invalid("",
                       text ? std::string(*text) : "the server answered " + std::to_string(answer.status));
}

// ---- the server that runs ----

asio::awaitable<Result<Answer>> fetch_all(std::string file, http::ClientRequest request) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  auto response = co_await http::fetch_local(std::move(file), std::move(request), until);
  if (!response) co_return base::fail(std::move(response.error()));
  Answer answer{(*response)->status(), ""};
  for (;;) {
    const auto bytes = co_await (*response)->read_some(until);
    if (!bytes) co_return base::fail(bytes.error());
    if (bytes->empty()) co_return answer;
    answer.body += *bytes;
  }
}

asio::awaitable<void> fetch_into(std::string file, http::ClientRequest request, Result<Answer>& into) {
  into = co_await fetch_all(std::move(file), std::move(request));
}

Result<Answer> ask_server(const std::string& file, const OperatorCall& call) {
  asio::io_context io;
  Result<Answer> answer = base::fail(FailureKind::unavailable, "The server gave no answer");
  http::ClientRequest request{call.method, call.target, {{"Content-Type", "application/json"}}, call.body};
  asio::co_spawn(io, fetch_into(file, std::move(request), answer), asio::detached);
  io.run();
  return answer;
}

// ---- this process ----

Result<Answer> answer_here(const Configuration& configuration, const OperatorCall& call) {
  auto platform = store::open_platform(configuration.data_directory,
                                       configuration.durability == Durability::full, configuration.database);
  if (!platform) return base::fail(platform.error());
  admission::Keyring keyring;
  if (auto filled = fill_keyring(keyring, *platform, configuration.api_keys); !filled)
    return base::fail(filled.error());
  const auto clock = std::chrono::system_clock::now;
  const base::Log log(base::LogLevel::error);
  base::Random random;
  serve::PolicyBoard policies({serve::Catalogue({}, {}), serve::BrowserGuard({})});
  admission::Gate gate(keyring, 1, clock);
  admission::OperatorDesk desk(base::Secret(random.text(base::kUrlSafe, 43)), random, clock);
  serve::ReasoningCache reasoning(0);
  auto responses = store::Responses::open("", {}, clock);
  if (!responses) return base::fail(responses.error());
  serve::RunningResponses running;
  serve::Metrics metrics;
  serve::Services services{
      policies,         gate,    keyring, desk, reasoning, **responses, *platform->keys, *platform->ledger,
      *platform->usage, running, random,  log,  metrics,   clock};
  serve::FrontDoor door(services);

  asio::io_context io;
  PaperExchange exchange(call.method, call.target, call.body);
  asio::co_spawn(io, door.handle(exchange), asio::detached);
  io.run();
  return Answer{exchange.answer().status, exchange.answer().body};
}

}  // namespace

Result<std::string> ask_operator(const Configuration& configuration, const OperatorCall& call) {
  if (configuration.data_directory.empty())
    return base::invalid("", "There is no data directory: give one with --data");
  const auto until = std::chrono::steady_clock::now() + kStartPatience;
  for (;;) {
    auto directory = DataDirectory::open(configuration.data_directory, std::chrono::milliseconds(20));
    // Somebody has it: the server that runs there is the one to ask, unless it starts or stops just now, or
    // it is another command.
    const bool held = !directory && directory.error().kind == FailureKind::unavailable;
    if (!directory && !held) return base::fail(directory.error());
    auto answer =
        held ? ask_server(socket_file(configuration.data_directory), call) : answer_here(configuration, call);
    if (answer) return body_of(std::move(*answer));
    const bool nobody_listens = held && answer.error().kind == FailureKind::not_found;
    if (!nobody_listens || std::chrono::steady_clock::now() >= until)
      return base::fail(std::move(answer.error()));
  }
}

int print_answer(const Configuration& configuration, const OperatorCall& call, bool json,
                 const std::function<std::string(const wire::Value&)>& text_of) {
  const auto body = ask_operator(configuration, call);
  if (!body) {
    std::fprintf(stderr, "trilogue: %s\n", body.error().message.c_str());
    return 1;
  }
  if (json) {
    std::printf("%s\n", body->c_str());
    return 0;
  }
  const auto document = wire::Document::parse(*body);
  if (document) std::fputs(text_of(document->root()).c_str(), stdout);
  return document ? 0 : 1;
}

}  // namespace trilogue::app
