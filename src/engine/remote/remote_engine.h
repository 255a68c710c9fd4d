// A model that another server runs: requests go out as Chat Completions, the stream comes back as events.
// Works on the reader's executor and owns no thread.
#pragma once

#include <memory>
#include <string>

#include "base/secret.h"
#include "engine/engine.h"
#include "http/client.h"

namespace trilogue::engine::remote {

struct RemoteOptions {
  http::Url url;           // without /v1
  base::Secret key;        // empty: none is sent
  int context_window = 0;  // 0: not known
};

class RemoteEngine final : public Engine {
 public:
  explicit RemoteEngine(RemoteOptions options) : options_(std::move(options)) {}

  boost::asio::awaitable<base::Result<std::unique_ptr<EventStream>>> start(canon::Request request,
                                                                           Patience patience) override;
  boost::asio::awaitable<base::Result<TokenCount>> count(canon::Request request, Patience patience) override;
  int context_window() const override { return options_.context_window; }
  std::string_view kind() const override { return "remote"; }
  EngineStats stats() const override { return {}; }

 private:
  http::ClientRequest post(std::string target, std::string body) const;

  RemoteOptions options_;
};

}  // namespace trilogue::engine::remote
