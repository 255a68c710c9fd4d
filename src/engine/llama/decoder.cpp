#include "engine/llama/decoder.h"

#include <exception>
#include <utility>

namespace trilogue::engine::llama {

Decoder::Decoder(std::unique_ptr<Context> context, SchedulerLimits limits, base::Log log)
    : context_(std::move(context)),
      log_(std::move(log)),
      pool_(context_->memory(), context_->shape()),
      scheduler_(pool_, limits, counters_),
      batch_(limits.batch_tokens),
      thread_([this] { run(); }) {}

Decoder::~Decoder() {
  inbox_->stop();
  thread_.join();
}

void Decoder::run() {
  bool idle = true;
  for (;;) {
    auto news = inbox_->take(idle);
    for (auto& generation : news.arrived) scheduler_.add(std::move(generation));
    if (news.stopped) break;
    idle = !advance();
  }
  scheduler_.fail_all({base::FailureKind::unavailable, "the server is shutting down", {}, {}});
}

// False when there was nothing to compute. A bug costs what runs, and not the process.
bool Decoder::advance() {
  try {
    const auto& shares = scheduler_.plan();
    const bool any = !shares.empty();
    if (any) step(shares);
    scheduler_.deliver();
    return any;
  } catch (const std::exception& bug) {
    log_.write(base::LogLevel::error, "a decode step failed by a bug", {{"what", bug.what()}});
    scheduler_.fail_all({base::FailureKind::internal, "the answer was lost by a bug of the server", {}, {}});
    return true;
  }
}

void Decoder::step(const std::vector<Share>& shares) {
  batch_.clear();
  last_indices_.clear();
  for (const auto& share : shares) {
    const auto& runner = *share.runner;
    int index = -1;
    for (int i = 0; i < share.tokens; ++i) {
      const int position = runner.computed + i;
      const bool last = i + 1 == share.tokens;
      index = batch_.add(runner.choice->text()[static_cast<std::size_t>(position)], position, runner.sequence,
                         last && share.wants_logits());
    }
    last_indices_.push_back(index);
  }
  const auto outcome = context_->decode(batch_);
  ++counters_.steps;
  if (outcome == Context::Outcome::no_room) return scheduler_.step_refused();
  if (outcome == Context::Outcome::failed) {
    log_.write(base::LogLevel::error, "a decode step failed", {});
    return scheduler_.step_failed({base::FailureKind::internal, "the model failed to compute", {}, {}});
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const bool wants_logits = shares[i].wants_logits();
    scheduler_.computed(shares[i]);
    if (wants_logits) scheduler_.choose(*shares[i].runner, context_->logits(last_indices_[i]));
  }
}

}  // namespace trilogue::engine::llama
