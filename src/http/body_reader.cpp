#include "http/body_reader.h"

#include <algorithm>

#include "http/reply_head.h"

namespace trilogue::http {
namespace asio = boost::asio;
using base::fail;
using base::FailureKind;

namespace {

// What a Content-Length alone can make the server allocate; beyond it memory follows the bytes.
constexpr std::uint64_t kTrusted = 1024 * 1024;

tl::unexpected<base::Failure> too_large(std::size_t limit) {
  return fail(FailureKind::too_large, "the body is larger than " + std::to_string(limit) + " bytes");
}

}  // namespace

BodyReader::BodyReader(Connection& connection, const RequestHead& request, BodyLimits limits)
    : connection_(connection),
      request_(request),
      limits_(limits),
      left_(request.content_length),
      complete_(!request.chunked && request.content_length == 0) {}

asio::awaitable<base::Result<std::string>> BodyReader::read(std::size_t most) {
  limits_.max_bytes = std::min(limits_.max_bytes, most);
  if (complete_) co_return std::exchange(body_, {});
  if (const auto ready = prepare(); !ready) co_return fail(ready.error());
  if (request_.expects_continue && connection_.input().empty()) {
    const Connection::Pieces pieces{asio::buffer(kContinue)};
    co_await connection_.write(pieces);
  }
  started_ = std::chrono::steady_clock::now();
  while (!complete_) {
    const bool more = !connection_.input().empty() || co_await connection_.fill(deadline());
    if (!more) co_return fail(FailureKind::cancelled, "the body did not arrive");
    if (const auto taken = take(); !taken) co_return fail(taken.error());
  }
  if (gunzip_) {
    if (const auto whole = gunzip_->finish(); !whole) co_return fail(whole.error());
  }
  co_return std::move(body_);
}

base::Result<void> BodyReader::prepare() {
  const auto encoding = request_.head.header("content-encoding");
  if (same_word(encoding, "gzip") || same_word(encoding, "x-gzip")) {
    gunzip_ = std::make_unique<Gunzip>(limits_.max_bytes);
  } else if (!encoding.empty() && !same_word(encoding, "identity")) {
    return fail(FailureKind::unsupported_media_type, "Content-Encoding may only be gzip");
  }
  if (left_ > limits_.max_bytes) return too_large(limits_.max_bytes);
  if (!gunzip_) body_.reserve(static_cast<std::size_t>(std::min(left_, kTrusted)));
  return {};
}

base::Result<void> BodyReader::take() {
  if (request_.chunked) return take_chunks();
  auto& input = connection_.input();
  const auto piece =
      input.view().substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
  input.consume(piece.size());
  left_ -= piece.size();
  complete_ = left_ == 0;
  return keep(piece);
}

base::Result<void> BodyReader::take_chunks() {
  auto& input = connection_.input();
  while (!input.empty()) {
    const auto step = chunks_.next(input.view());
    input.consume(step.taken);
    if (step.state == ChunkedBody::State::broken) {
      return fail(FailureKind::invalid_request, "the chunks of the body are broken");
    }
    complete_ = step.state == ChunkedBody::State::done;
    if (const auto kept = keep(step.payload); !kept || complete_) return kept;
  }
  return {};
}

base::Result<void> BodyReader::keep(std::string_view piece) {
  received_ += piece.size();
  if (received_ > limits_.max_bytes) return too_large(limits_.max_bytes);
  if (gunzip_) return gunzip_->add(piece, body_);
  body_ += piece;
  return {};
}

base::SteadyTime BodyReader::deadline() const {
  return started_ + limits_.timeout + std::chrono::seconds(received_ / kSlowestBytesPerSecond);
}

bool BodyReader::discard() {
  if (complete_) return true;
  auto& input = connection_.input();
  if (request_.chunked || left_ > input.size()) return false;
  input.consume(static_cast<std::size_t>(left_));
  return complete_ = true;
}

}  // namespace trilogue::http
