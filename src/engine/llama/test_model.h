// For the tests of this folder: the bundled model, and requests against an engine as a reader sees them. A
// Reader runs everything on one io_context of its own thread; the engine's threads are the real ones.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "canon/event.h"
#include "canon/request.h"
#include "engine/llama/llama_engine.h"

namespace trilogue::engine::llama::testing {

inline const char* model_path() {
  return "models/trilogue-mini.gguf";
}

inline base::Log silent() {
  return base::Log(base::LogLevel::error, [](std::string_view) {});
}

// Opened once for the process, as app does: llama.cpp's log and backends are global.
inline Library& library() {
  static const auto opened = [] {
    auto library = Library::open({}, silent());
    return std::move(library.value());
  }();
  return *opened;
}

inline EngineOptions small_options() {
  EngineOptions options;
  options.model.path = model_path();
  options.context.cells = 4096;
  options.context.slots = 8;
  options.context.batch_tokens = 128;
  options.context.threads = 1;  // the test machine's cores are shared, and waiting threads spin
  return options;
}

struct EngineUnderTest {
  explicit EngineUnderTest(const EngineOptions& options = small_options())
      : engine(std::move(LlamaEngine::load(library(), options, random, silent()).value())) {}

  base::Random random{7};
  std::unique_ptr<LlamaEngine> engine;
};

inline canon::Request ask(std::string text, int max_tokens = 24) {
  canon::Request request;
  request.model = "mini";
  request.turns.emplace_back(canon::UserTurn{std::move(text)});
  request.effort = canon::Effort::none;
  request.sampling.temperature = 0;
  request.limits.max_tokens = max_tokens;
  return request;
}

// What one choice of a reply came to.
struct Reply {
  std::string reasoning;
  std::string text;
  std::string calls;  // name and arguments
  std::optional<canon::Started> started;
  std::optional<canon::Finished> finished;
  std::optional<base::Failure> failure;
  std::vector<canon::TokenLogprob> logprobs;
  std::vector<canon::Event> events;
};

inline void read_into(Reply& reply, canon::BlockKind& open, const canon::Event& event) {
  reply.events.push_back(event);
  if (const auto* started = std::get_if<canon::Started>(&event.what)) reply.started = *started;
  if (const auto* finished = std::get_if<canon::Finished>(&event.what)) reply.finished = *finished;
  if (const auto* failed = std::get_if<canon::Failed>(&event.what)) reply.failure = failed->failure;
  if (const auto* opened = std::get_if<canon::BlockOpened>(&event.what)) {
    open = opened->kind;
    if (open == canon::BlockKind::call) reply.calls += opened->name;
  }
  if (const auto* delta = std::get_if<canon::Delta>(&event.what)) {
    auto& to = open == canon::BlockKind::reasoning ? reply.reasoning
               : open == canon::BlockKind::text    ? reply.text
                                                   : reply.calls;
    to += delta->text;
    reply.logprobs.insert(reply.logprobs.end(), delta->logprobs.begin(), delta->logprobs.end());
  }
}

inline base::SteadyTime in_a_minute() {
  return std::chrono::steady_clock::now() + std::chrono::minutes(1);
}

using Replies = std::vector<Reply>;  // one for each choice

inline boost::asio::awaitable<void> read_all(Engine& engine, canon::Request request, Replies& replies,
                                             Patience patience = {}) {
  replies.resize(static_cast<std::size_t>(request.choices));
  std::vector<canon::BlockKind> open(replies.size(), canon::BlockKind::text);
  auto stream = co_await engine.start(std::move(request), std::move(patience));
  if (!stream) {
    replies[0].failure = stream.error();
    co_return;
  }
  for (;;) {
    const auto events = co_await (*stream)->next(in_a_minute());
    if (events.empty()) co_return;
    for (const auto& event : events) {
      const auto choice = static_cast<std::size_t>(event.choice);
      read_into(replies[choice], open[choice], event);
    }
  }
}

// All at the same time; the replies in the order of the requests.
inline std::vector<Replies> converse(Engine& engine, std::vector<canon::Request> requests) {
  boost::asio::io_context io;
  std::vector<Replies> replies(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    boost::asio::co_spawn(io, read_all(engine, std::move(requests[i]), replies[i]), boost::asio::detached);
  }
  io.run();
  return replies;
}

inline Reply converse(Engine& engine, canon::Request request) {
  std::vector<canon::Request> one;
  one.push_back(std::move(request));
  return converse(engine, std::move(one))[0][0];
}

// For what a test cannot be told of: true as soon as `holds` does, false after ten seconds.
template <class Condition>
bool comes_true(const Condition& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace trilogue::engine::llama::testing
