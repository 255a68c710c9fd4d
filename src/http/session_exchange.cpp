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

asio::awaitable<void> SessionExchange::send_head(const Reply& reply, ReplyFraming framing,
                                                 std::string_view body) {
  body_left_ = !body_.discard();
  framing_ = framing;
  keep_alive_ = keep_alive_ && !body_left_ && framing != ReplyFraming::until_close && !service_.draining;
  auto& head = connection_.scratch();
  head.clear();
  append_reply_head(head, reply, {framing, body.size(), request_.minor_version, keep_alive_}, service_.date);
  const bool headers_only = is_head() || is_bodiless(reply.status);
  const Connection::Pieces pieces{buffer(head), buffer(headers_only ? std::string_view() : body)};
  if (!co_await connection_.write(pieces)) answer_ = Answer::broken;
  if (head.capacity() > kKeptScratch) head = {};
}

asio::awaitable<void> SessionExchange::reply(Reply reply) {
  if (std::exchange(answer_, Answer::complete) != Answer::none) throw std::logic_error("answered twice");
  co_await send_head(reply, ReplyFraming::content_length, reply.body);
}

asio::awaitable<void> SessionExchange::open_stream(Reply head) {
  if (std::exchange(answer_, Answer::streaming) != Answer::none) throw std::logic_error("answered twice");
  const auto framing = request_.minor_version == 1 ? ReplyFraming::chunked : ReplyFraming::until_close;
  co_await send_head(head, framing, {});
}

asio::awaitable<bool> SessionExchange::write(std::string_view bytes) {
  if (answer_ != Answer::streaming || connection_.gone()) co_return false;
  // An empty chunk would be the last one.
  if (bytes.empty() || is_head()) co_return true;
  const ChunkSize size(bytes.size());
  const bool chunked = framing_ == ReplyFraming::chunked;
  const Connection::Pieces pieces{buffer(chunked ? size.text() : std::string_view()), buffer(bytes),
                                  buffer(chunked ? kChunkEnd : std::string_view())};
  const bool written = co_await connection_.write(pieces);
  if (!written) answer_ = Answer::broken;
  co_return written;
}

asio::awaitable<void> SessionExchange::close_stream(bool close) {
  if (answer_ != Answer::streaming) co_return;
  answer_ = Answer::complete;
  keep_alive_ = keep_alive_ && !close && !service_.draining;
  if (framing_ != ReplyFraming::chunked || is_head()) co_return;
  const Connection::Pieces pieces{buffer(kLastChunk)};
  if (!co_await connection_.write(pieces)) answer_ = Answer::broken;
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
