// The decode thread of one model: takes requests from the inbox, computes step after step until none is left,
// sleeps. It alone touches the context. Stops when destroyed; requests that still run then fail.
#pragma once

#include <memory>
#include <thread>

#include "base/log.h"
#include "engine/llama/context.h"
#include "engine/llama/counters.h"
#include "engine/llama/inbox.h"
#include "engine/llama/scheduler.h"

namespace trilogue::engine::llama {

class Decoder final {
 public:
  Decoder(std::unique_ptr<Context> context, SchedulerLimits limits, base::Log log);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  const std::shared_ptr<Inbox>& inbox() const { return inbox_; }
  const Counters& counters() const { return counters_; }

 private:
  void run();
  bool advance();
  void step(const std::vector<Share>& shares);

  std::unique_ptr<Context> context_;
  base::Log log_;
  Counters counters_;
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  Pool pool_;
  Scheduler scheduler_;
  Batch batch_;
  std::vector<int> last_indices_;  // in the batch, of each share's last token
  std::thread thread_;             // last: it uses all of the above
};

}  // namespace trilogue::engine::llama
