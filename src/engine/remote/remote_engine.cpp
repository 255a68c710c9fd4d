#include "engine/remote/remote_engine.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "dialect/chat/client.h"
#include "engine/event_queue.h"
#include "wire/json.h"

namespace trilogue::engine::remote {
namespace asio = boost::asio;
namespace chat = dialect::chat;

using base::FailureKind;
using base::Result;

namespace {

// Servers think for long before they say the first word, and some say nothing while they think.
constexpr std::chrono::seconds kHeadTimeout{600};
constexpr std::chrono::seconds kSilence{600};
constexpr std::size_t kQueueBytes = std::size_t{256} * 1024;
constexpr std::size_t kMaxBody = std::size_t{16} << 20;

// What the pump and the stream share.
struct Link {
  Link(const asio::any_io_executor& executor, std::unique_ptr<http::Response> from)
      : response(std::move(from)), room(executor) {}
  std::unique_ptr<http::Response> response;
  std::shared_ptr<EventQueue> queue;
  asio::steady_timer room;  // cancelled when the queue has room again
};

// Reads the answer into the queue until either side is done.
asio::awaitable<void> pump(std::shared_ptr<Link> link, int choices) {
  constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
  chat::StreamReader reader(choices);
  for (;;) {
    const auto until = std::chrono::steady_clock::now() + kSilence;
    const auto bytes = co_await link->response->read_some(until);
    if (link->queue->abandoned()) co_return;
    if (!bytes || bytes->empty()) {
      link->queue->push(reader.end());
      co_return;
    }
    link->queue->push(reader.feed(*bytes));
    while (!link->queue->has_room() && !link->queue->abandoned()) {
      link->room.expires_at(asio::steady_timer::time_point::max());
      co_await link->room.async_wait(quietly);
    }
  }
}

class RemoteStream final : public EventStream {
 public:
  explicit RemoteStream(std::shared_ptr<Link> link) : link_(std::move(link)) {}
  ~RemoteStream() override {
    link_->queue->abandon();
    link_->response->close();
  }
  asio::awaitable<std::vector<canon::Event>> next(base::SteadyTime until) override {
    return link_->queue->next(until);
  }
  std::optional<int> prompt_tokens() const override { return std::nullopt; }  // the other side counts
  void stop() override { link_->queue->stop(); }

 private:
  std::shared_ptr<Link> link_;
};

asio::awaitable<Result<std::string>> read_all(http::Response& response, base::SteadyTime until) {
  std::string body;
  for (;;) {
    const auto bytes = co_await response.read_some(until);
    if (!bytes) co_return base::fail(bytes.error());
    if (bytes->empty()) co_return body;
    body += *bytes;
    if (body.size() > kMaxBody) co_return base::fail(FailureKind::unavailable, "The answer is too large");
  }
}

base::Failure refusal(const http::Response& response, std::string body) {
  return chat::read_error(response.status(), std::move(body), response.header("Retry-After"));
}

}  // namespace

http::ClientRequest RemoteEngine::post(std::string target, std::string body) const {
  http::ClientRequest request{
      "POST", std::move(target), {{"Content-Type", "application/json"}}, std::move(body)};
  if (!options_.key.empty()) {
    request.headers.push_back({"Authorization", "Bearer " + std::string(options_.key.expose())});
  }
  return request;
}

asio::awaitable<Result<std::unique_ptr<EventStream>>> RemoteEngine::start(canon::Request request,
                                                                          Patience patience) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  chat::ReplyOptions options;
  options.stream = true;
  options.include_usage = true;
  http::ClientRequest message = post("/v1/chat/completions", chat::write(request, options));
  if (!request.traceparent.empty()) message.headers.push_back({"traceparent", request.traceparent});
  if (!request.tracestate.empty()) message.headers.push_back({"tracestate", request.tracestate});
  const auto until = std::min(patience.until, std::chrono::steady_clock::now() + kHeadTimeout);
  auto fetching = http::fetch(options_.url, std::move(message), until, std::move(patience.on_wait));
  auto response = co_await std::move(fetching);
  if (!response) co_return base::fail(response.error());
  if ((*response)->status() != 200) {
    auto body = co_await read_all(**response, until);
    co_return base::fail(refusal(**response, body ? std::move(*body) : std::string()));
  }
  auto link = std::make_shared<Link>(executor, std::move(*response));
  link->queue =
      std::make_shared<EventQueue>(executor, request.choices, kQueueBytes, [weak = std::weak_ptr(link)] {
        if (const auto alive = weak.lock()) alive->room.cancel();
      });
  asio::co_spawn(executor, pump(link, request.choices), asio::detached);
  std::unique_ptr<EventStream> stream = std::make_unique<RemoteStream>(std::move(link));
  co_return stream;
}

asio::awaitable<Result<TokenCount>> RemoteEngine::count(canon::Request request, Patience patience) {
  http::ClientRequest message = post("/v1/token/count", chat::write(request, chat::ReplyOptions{}));
  const auto until = std::min(patience.until, std::chrono::steady_clock::now() + kHeadTimeout);
  auto fetching = http::fetch(options_.url, std::move(message), until, std::move(patience.on_wait));
  auto response = co_await std::move(fetching);
  if (!response) co_return base::fail(response.error());
  auto body = co_await read_all(**response, until);
  if (!body) co_return base::fail(body.error());
  if ((*response)->status() != 200) co_return base::fail(refusal(**response, std::move(*body)));
  const auto document = wire::Document::parse(std::move(*body));
  if (!document) co_return base::fail(FailureKind::unavailable, "The server's count is no JSON");
  const auto data = document->root().find("data");
  const auto total = data ? data->find("total_tokens") : std::nullopt;
  const auto tokens = total ? total->integer() : std::nullopt;
  if (!tokens) co_return base::fail(FailureKind::unavailable, "The server's count has no data.total_tokens");
  co_return TokenCount{static_cast<int>(*tokens)};
}

}  // namespace trilogue::engine::remote
