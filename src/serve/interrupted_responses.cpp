#include "serve/interrupted_responses.h"

#include <future>
#include <string>
#include <vector>

#include "dialect/responses/interrupted.h"

namespace trilogue::serve {

using Found = base::Result<std::vector<store::Unfinished>>;

void end_interrupted(store::Responses& store, const base::Log& log) {
  std::promise<Found> promise;
  store.unfinished([&promise](Found found) { promise.set_value(std::move(found)); });
  const auto found = promise.get_future().get();
  if (!found) {
    log.write(base::LogLevel::warning, "cannot read the stored responses",
              {{"reason", found.error().message}});
    return;
  }
  for (const auto& one : *found) {
    auto ending = dialect::responses::interrupted(one.reply, one.frames,
                                                  "The server stopped before the response was complete");
    store.add_frames(one.id, {one.frames, 1, std::move(ending.event)}, {});
    store.finish(one.id, std::move(ending.reply), {}, {});
  }
  if (!found->empty())
    log.write(base::LogLevel::warning, "responses that were running when the server stopped have failed",
              {{"count", std::to_string(found->size())}});
}

}  // namespace trilogue::serve
