#include "serve/follow.h"

#include <utility>

#include "dialect/responses/stream.h"
#include "serve/deliver.h"

namespace trilogue::serve {
namespace asio = boost::asio;

bool asked_by_stream_helper(const Call& call) {
  return call.exchange.head().header("x-stainless-helper-method") == "stream";
}

FrameView::FrameView(const Call& call) {
  if (asked_by_stream_helper(call)) helper_.emplace();
}

std::string FrameView::show(std::string frames) {
  return helper_ ? helper_->show(frames) : std::move(frames);
}

asio::awaitable<void> follow(Call& call, std::shared_ptr<Recording> recording, int from) {
  open_stream(call);
  co_await call.exchange.write({});  // there may be nothing to read for a while
  RecordingReader reader(recording, call.exchange);
  FrameView view(call);
  for (;;) {
    store::Frames frames = co_await reader.next(from);
    const bool over =
        recording->ended() && from >= recording->count();  // asked in this order: it may end now
    if (frames.count == 0 && (reader.client_gone() || over)) break;
    from += frames.count;
    const std::string shown =
        frames.count == 0 ? std::string(dialect::responses::kSignOfLife) : view.show(std::move(frames.bytes));
    const bool taken = co_await call.exchange.write(shown);
    if (!taken) break;
  }
  if (!recording->ended() || from < recording->count()) {
    call.outcome =
        outcome_word(base::FailureKind::cancelled);  // the stream stays open: the connection is cut
    co_return;
  }
  co_await call.exchange.close_stream({}, false);
}

}  // namespace trilogue::serve
