// A running answer as the use cases hold it: the engine's stream, the watch on the client, the deadline and
// the key, and what is noted down on the way. Dropping it cancels the answer and settles its bill. Lives on
// one strand, inside the coroutine that runs the errand.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "canon/event.h"
#include "canon/request.h"
#include "engine/engine.h"
#include "serve/bill.h"
#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

// How long an errand waits for an engine to begin or to count: until its deadline, and while its client, if
// it has one, is there.
engine::Patience patience_of(const Errand& errand, http::Exchange* client);

// The failure in the words that the caller knows, where the engine only knew that time was up.
base::Failure told_to_caller(const Errand& errand, base::Failure failure);

class Generation final {
 public:
  // Settles model and effort, starts the engine and opens the bill. `client`: whose leaving ends it; null
  // when nobody waits for it. `effort_path`: the dialect's own name for a refused effort. Failures: whatever
  // refused it. The request is taken out of where it stands.
  static boost::asio::awaitable<base::Result<std::unique_ptr<Generation>>> begin(
      Services& services, Errand& errand, http::Exchange* client, canon::Request&& request,
      std::string_view effort_path);

  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;
  ~Generation();

  using Events = std::vector<canon::Event>;
  // The events that are there already.
  boost::asio::awaitable<Events> ready();
  // When none were: the next ones, at least one; none when it is over, or when `until` or the last moment
  // passed.
  boost::asio::awaitable<Events> wait(base::SteadyTime until);
  // Those that are ready, or else the next ones.
  boost::asio::awaitable<Events> next(base::SteadyTime until);

  // Makes next() return without events, at once and from now on. On the strand.
  void stop() { stream_->stop(); }

  bool client_gone() const { return *client_gone_; }
  bool over() const { return unfinished_ == 0; }

  // Why it must end now, if it must: the deadline, the end of the server's own patience on its way out, or a
  // key that is no longer good.
  std::optional<base::Failure> cut_short() const;

 private:
  struct Choice {
    canon::BlockKind open = canon::BlockKind::text;
    std::string reasoning;  // while it may still call
    canon::Usage usage;     // so far
  };

  Generation(Services& services, Errand& errand, http::Exchange* client, int choices);
  void watch_client();
  void watch_key(const boost::asio::any_io_executor& executor);
  base::SteadyTime last_moment() const;
  Events noted(Events events);
  void note(const canon::Event& event);
  void note_usage(Choice& choice, canon::Usage usage);

  Services& services_;
  Errand& errand_;
  http::Exchange* client_;
  std::optional<Bill> bill_;
  std::shared_ptr<engine::EventStream> stream_;
  std::shared_ptr<bool> client_gone_ = std::make_shared<bool>(false);
  bool watching_ = false;
  bool remembers_ = false;  // the request has tools: its reasoning may be wanted again
  std::optional<std::stop_callback<std::function<void()>>> on_revoked_;
  base::SteadyTime deadline_;
  base::SteadyTime key_expires_;
  int unfinished_;  // choices without their last event
  std::vector<Choice> choices_;
};

}  // namespace trilogue::serve
