#include "serve/follow.h"

#include "serve/deliver.h"

namespace trilogue::serve {
namespace asio = boost::asio;

asio::awaitable<void> follow(Call& call, std::shared_ptr<Recording> recording, int from) {
  open_stream(call);
  co_await call.exchange.write({});  // there may be nothing to read for a while
  RecordingReader reader(recording, call.exchange);
  for (;;) {
    const store::Frames frames = co_await reader.next(from);
    if (frames.count == 0) break;
    from += frames.count;
    const bool taken = co_await call.exchange.write(frames.bytes);
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
