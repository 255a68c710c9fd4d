// A running answer as the use cases hold it: the engine's stream, its place among the running requests, the
// watch on the client, the deadline, and what is noted down on the way. Dropping it cancels the answer.
// Lives on one strand, inside the coroutine that runs the errand.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "admission/gate.h"
#include "base/result.h"
#include "canon/event.h"
#include "canon/request.h"
#include "engine/engine.h"
#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

// How long an errand waits for an engine to begin or to count: until its deadline, and while its client, if
// it has one, is there.
engine::Patience patience_of(const Services& services, const Errand& errand, http::Exchange* client);

// The failure in the words that the caller knows, where the engine only knew that time was up.
base::Failure told_to_caller(const Services& services, base::Failure failure);

class Generation final {
 public:
  // Admits the errand, settles model and effort, and starts the engine. `client`: whose leaving ends it; null
  // when nobody waits for it. `effort_path`: the dialect's own name for a refused effort. Failures: whatever
  // refused it.
  static boost::asio::awaitable<base::Result<std::unique_ptr<Generation>>> begin(
      Services& services, Errand& errand, http::Exchange* client, canon::Request request,
      std::string_view effort_path);

  // The events that are ready, at least one; none when it is over, or when `until`, the length of a heartbeat
  // or the last moment passed.
  boost::asio::awaitable<std::vector<canon::Event>> next(base::SteadyTime until);

  // Makes next() return without events, at once and from now on. On the strand.
  void stop() { stream_->stop(); }

  bool client_gone() const { return *client_gone_; }
  // The last moment has passed: the deadline, or the end of the server's own patience on its way out.
  bool past_deadline() const;
  bool over() const { return unfinished_ == 0; }

  base::Failure deadline_failure() const;

 private:
  struct Choice {
    canon::BlockKind open = canon::BlockKind::text;
    std::string reasoning;  // while it may still call
    canon::Usage usage;     // so far
  };

  Generation(Services& services, Errand& errand, http::Exchange* client, int choices);
  void watch_client();
  base::SteadyTime last_moment() const;
  void note(const canon::Event& event);
  void note_usage(Choice& choice, canon::Usage usage);

  Services& services_;
  Errand& errand_;
  http::Exchange* client_;
  admission::Permit permit_;
  std::shared_ptr<engine::EventStream> stream_;
  std::shared_ptr<bool> client_gone_ = std::make_shared<bool>(false);
  bool watching_ = false;
  bool remembers_ = false;  // the request has tools: its reasoning may be wanted again
  base::SteadyTime deadline_;
  int unfinished_;  // choices without their last event
  std::vector<Choice> choices_;
};

}  // namespace trilogue::serve
