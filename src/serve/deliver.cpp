#include "serve/deliver.h"

namespace trilogue::serve {

void note_failures(Errand& errand, const std::vector<canon::Event>& events) {
  for (const auto& event : events) {
    if (const auto* failed = std::get_if<canon::Failed>(&event.what))
      errand.outcome = outcome_word(failed->failure.kind);
  }
}

void open_stream(Call& call) {
  http::Reply head{200, "text/event-stream; charset=utf-8", take_headers(call), ""};
  head.headers.add("Cache-Control", "no-cache");
  head.headers.add("X-Accel-Buffering", "no");
  call.status = head.status;
  call.exchange.open_stream(std::move(head));
}

}  // namespace trilogue::serve
