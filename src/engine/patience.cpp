#include "engine/patience.h"

namespace trilogue::engine {

boost::asio::awaitable<base::Result<void>> wait_for(http::Wait& wait, Patience patience,
                                                    std::function<void()> begin) {
  if (patience.on_wait) patience.on_wait(wait.stopper());
  if (!wait.ended() && std::chrono::steady_clock::now() < patience.until) begin();
  const auto outcome = co_await wait.until(patience.until);
  if (outcome == http::Wait::Outcome::stopped)
    co_return base::fail(base::FailureKind::cancelled, "the client left while its request was prepared");
  if (outcome == http::Wait::Outcome::late)
    co_return base::fail(base::FailureKind::deadline, "time was up while the request was prepared");
  co_return base::Result<void>();
}

}  // namespace trilogue::engine
