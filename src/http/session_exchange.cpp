#include "http/session_exchange.h"

#include <stdexcept>
#include <utility>

namespace trilogue::http {
namespace asio = boost::asio;

namespace {

// Memory for heads above this is not kept for the next one.
constexpr std::size_t kKeptScratch = 4 * 1024;

asio::const_buffer buffer(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

SessionExchange::SessionExchange(Connection& connection, RequestHead request, const Service& service)
    : connection_(connection),
      request_(std::move(request)),
      service_(service),
      body_(connection, request_, {service.options.max_body_bytes, service.options.body_timeout}),
      keep_alive_(request_.keep_alive) {}

// Into the connection's scratch, from where it is sent together with what follows.
void SessionExchange::write_head(const Reply& reply, ReplyFraming framing, std::size_t body_bytes) {
  body_left_ = !body_.discard();
  framing_ = framing;
  keep_alive_ = keep_alive_ && !body_left_ && framing != ReplyFraming::until_close && !service_.draining;
  auto& head = connection_.scratch();
  head.clear();
  append_reply_head(head, reply, {framing, body_bytes, request_.minor_version, keep_alive_}, service_.date);
}

// What stands in the scratch, then these.
asio::awaitable<bool> SessionExchange::send(std::string_view bytes, std::string_view end) {
  auto& before = connection_.scratch();
  const bool written = co_await connection_.write({buffer(before), buffer(bytes), buffer(end)});
  if (!written) answer_ = Answer::broken;
  before.clear();
  if (before.capacity() > kKeptScratch) before = {};
  co_return written;
}

asio::awaitable<void> SessionExchange::reply(Reply reply) {
  if (std::exchange(answer_, Answer::complete) != Answer::none) throw std::logic_error("answered twice");
  write_head(reply, ReplyFraming::content_length, reply.body.size());
  connection_.give_up_after(reply.body.size());
  const bool headers_only = is_head() || is_bodiless(reply.status);
  co_await send(headers_only ? std::string_view() : reply.body, {});
}

void SessionExchange::open_stream(Reply head) {
  if (std::exchange(answer_, Answer::streaming) != Answer::none) throw std::logic_error("answered twice");
  const auto framing = request_.minor_version == 1 ? ReplyFraming::chunked : ReplyFraming::until_close;
  write_head(head, framing, 0);
}

asio::awaitable<bool> SessionExchange::write(std::string_view bytes) {
  if (answer_ != Answer::streaming || connection_.gone()) co_return false;
  // An empty chunk would be the last one.
  const bool chunk = !bytes.empty() && !is_head() && framing_ == ReplyFraming::chunked;
  if (chunk) connection_.scratch() += ChunkSize(bytes.size()).text();
  if (is_head()) bytes = {};
  if (bytes.empty() && connection_.scratch().empty()) co_return true;
  co_return co_await send(bytes, chunk ? kChunkEnd : std::string_view());
}

asio::awaitable<void> SessionExchange::close_stream(std::string_view last, bool close) {
  if (answer_ != Answer::streaming || connection_.gone()) co_return;
  answer_ = Answer::complete;
  keep_alive_ = keep_alive_ && !close && !service_.draining;
  const bool chunked = framing_ == ReplyFraming::chunked && !is_head();
  if (is_head()) last = {};
  if (chunked && !last.empty()) connection_.scratch() += ChunkSize(last.size()).text();
  const std::string_view end = last.empty() ? kLastChunk : kLastChunkWithEnd;
  if (!chunked && last.empty() && connection_.scratch().empty()) co_return;
  co_await send(last, chunked ? end : std::string_view());
}

asio::awaitable<SessionExchange::Ending> SessionExchange::finish() {
  connection_.unwatch();
  if (answer_ == Answer::none) {
    keep_alive_ = false;
    auto refusal = connection_.expired() ? service_.options.refusals(408, "the body took too long")
                                         : service_.options.refusals(500, "the request was not answered");
    if (connection_.gone() && !connection_.expired()) co_return Ending::cut;
    co_await reply(std::move(refusal));
  }
  if (answer_ != Answer::complete) co_return Ending::cut;
  if (keep_alive_) co_return Ending::keep_alive;
  co_return body_left_ ? Ending::linger : Ending::close;
}

}  // namespace trilogue::http
