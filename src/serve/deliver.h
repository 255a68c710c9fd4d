// The two ways an answer leaves: as it comes, or folded into one reply. Both take the same events, so they
// cannot disagree. Encoder and Fold are any dialect's:
//   Encoder: on(event, out), heartbeat(out), fail(failure, out) append whole events; complete(), failed();
//            begin(out), where it has one, appends what can be shown before there is any event
//   Fold:    on(event); complete(); finish() gives the body or the failure
// Both are large: made beside the frame of the coroutine that feeds them, they leave it small enough (1,020
// bytes) for Asio to keep it for the next request.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "serve/generation.h"
#include "serve/reply.h"

namespace trilogue::serve {

// Sends the head of a stream of server-sent events.
void open_stream(Call& call);

// What the log line says of an answer that broke off.
void note_failures(Errand& errand, const std::vector<canon::Event>& events);

// What one round of waiting until `silent_until` came to, appended to `out`: the events, the failure that
// cuts it short, or a sign of life.
template <class Encoder>
void encode(Errand& errand, const Generation& generation, const std::vector<canon::Event>& events,
            base::SteadyTime silent_until, Encoder& encoder, std::string& out) {
  for (const auto& event : events) {
    if (!encoder.complete()) encoder.on(event, out);
  }
  note_failures(errand, events);
  const auto cut = encoder.complete() ? std::nullopt : generation.cut_short();
  if (cut) {
    encoder.fail(*cut, out);
    errand.outcome = outcome_word(cut->kind);
  } else if (out.empty() && (events.empty() || std::chrono::steady_clock::now() >= silent_until)) {
    encoder.heartbeat(out);  // a model may also think for long what the caller does not see
  }
}

// Writes events as they come until the answer is over, failed, late, or nobody listens any more.
template <class Encoder>
boost::asio::awaitable<void> deliver_stream(Call& call, Generation& generation, Encoder& encoder) {
  open_stream(call);
  std::string out;
  if constexpr (requires { encoder.begin(out); }) encoder.begin(out);
  const auto heartbeat = call.policy->limits.heartbeat;
  base::SteadyTime silent_until = std::chrono::steady_clock::now() + heartbeat;
  for (;;) {
    auto events = co_await generation.ready();
    if (events.empty()) {  // nobody waits with something in hand
      if (!co_await call.exchange.write(out)) break;
      out.clear();
      events = co_await generation.wait(silent_until);
    }
    if (generation.client_gone()) break;
    encode(call, generation, events, silent_until, encoder, out);
    if (encoder.complete()) break;
    if (out.empty()) continue;
    silent_until = std::chrono::steady_clock::now() + heartbeat;
    if (!co_await call.exchange.write(out)) break;
    out.clear();
  }
  if (!encoder.complete()) {
    // Left open, so that the connection is cut: who only stopped sending must not take this for the end.
    call.outcome = outcome_word(base::FailureKind::cancelled);
    co_return;
  }
  co_await call.exchange.close_stream(out, encoder.failed());
}

// Gathers the whole answer and sends it as one reply.
template <class Fold>
boost::asio::awaitable<void> deliver_whole(Call& call, Generation& generation, Fold& fold) {
  while (!fold.complete()) {
    const auto events = co_await generation.next(base::SteadyTime::max());
    if (generation.client_gone()) {
      call.outcome = outcome_word(base::FailureKind::cancelled);
      co_return;
    }
    for (const auto& event : events) fold.on(event);
    auto cut = fold.complete() ? std::nullopt : generation.cut_short();
    if (cut) {
      co_await reply_failure(call, std::move(*cut));
      co_return;
    }
  }
  auto body = fold.finish();
  if (body) {
    co_await reply_json(call, std::move(*body));
  } else {
    co_await reply_failure(call, std::move(body.error()));
  }
}

}  // namespace trilogue::serve
