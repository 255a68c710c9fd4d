#include "engine/llama/llama_engine.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "engine/event_queue.h"
#include "engine/llama/decoder.h"
#include "engine/llama/preparer.h"
#include "engine/llama/task_thread.h"

namespace trilogue::engine::llama {
namespace asio = boost::asio;

namespace {

using Stream = std::unique_ptr<EventStream>;

class QueueStream final : public EventStream {
 public:
  explicit QueueStream(std::shared_ptr<EventQueue> queue) : queue_(std::move(queue)) {}
  ~QueueStream() override { queue_->abandon(); }

  asio::awaitable<std::vector<canon::Event>> next(base::SteadyTime until) override {
    return queue_->next(until);
  }
  void stop() override { queue_->stop(); }

 private:
  std::shared_ptr<EventQueue> queue_;
};

base::Failure overloaded(const EngineOptions& options) {
  return {
      base::FailureKind::unavailable, "too many requests are waiting for the model", {}, options.retry_after};
}

base::Failure shutting_down() {
  return {base::FailureKind::unavailable, "the server is shutting down", {}, {}};
}

}  // namespace

struct LlamaEngine::State {
  EngineOptions options;
  std::unique_ptr<Model> model;
  int window = 0;
  std::unique_ptr<Preparer> preparer;
  std::unique_ptr<Decoder> decoder;
  std::shared_ptr<std::atomic<int>> seats = std::make_shared<std::atomic<int>>(0);
  std::atomic<bool> stopping = false;
  std::unique_ptr<TaskThread> preparing;  // last: its tasks use all of the above

  base::Result<Stream> prepare(const canon::Request& request, QueueSeat seat, asio::any_io_executor reader);
};

LlamaEngine::LlamaEngine(std::unique_ptr<State> state) : state_(std::move(state)) {}

LlamaEngine::~LlamaEngine() {
  state_->stopping = true;
  state_->preparing.reset();
}

base::Result<std::unique_ptr<LlamaEngine>> LlamaEngine::load(Library& library, const EngineOptions& options,
                                                             base::Random& random, const base::Log& log) {
  auto state = std::make_unique<State>();
  state->options = options;
  auto model = Model::load(library, options.model);
  if (!model) return tl::unexpected(std::move(model.error()));
  state->model = std::move(*model);
  auto writer = PromptWriter::for_model(state->model->raw());
  if (!writer) return tl::unexpected(std::move(writer.error()));
  auto context = Context::make(library, *state->model, options.context);
  if (!context) return tl::unexpected(std::move(context.error()));
  const int cells = (*context)->shape().cells;
  const int trained = state->model->trained_context();
  state->window = trained > 0 ? std::min(cells, trained) : cells;
  state->preparer = std::make_unique<Preparer>(*state->model, std::move(*writer), state->options.budgets,
                                               state->window, random);
  const SchedulerLimits limits{options.context.slots, options.context.batch_tokens};
  state->decoder = std::make_unique<Decoder>(std::move(*context), limits, log);
  state->preparing = std::make_unique<TaskThread>();
  return std::unique_ptr<LlamaEngine>(new LlamaEngine(std::move(state)));
}

base::Result<Stream> LlamaEngine::State::prepare(const canon::Request& request, QueueSeat seat,
                                                 asio::any_io_executor reader) {
  if (stopping) return base::fail(shutting_down());
  auto generation = preparer->prepare(request);
  if (!generation) return tl::unexpected(std::move(generation.error()));
  const auto capacity = options.reader_bytes * static_cast<std::size_t>(request.choices);
  auto queue = std::make_shared<EventQueue>(std::move(reader), request.choices, capacity,
                                            [inbox = decoder->inbox()] { inbox->poke(); });
  auto stream = std::make_unique<QueueStream>(queue);
  (*generation)->queue = std::move(queue);
  (*generation)->seat.emplace(std::move(seat));
  decoder->inbox()->put(std::move(*generation));
  return stream;
}

asio::awaitable<base::Result<Stream>> LlamaEngine::start(canon::Request request) {
  auto seat = QueueSeat::take(state_->seats, state_->options.queue);
  if (!seat) {
    co_return base::fail({base::FailureKind::unavailable,
                          "too many requests are waiting for the model",
                          {},
                          state_->options.retry_after});
  }
  const asio::any_io_executor reader = co_await asio::this_coro::executor;
  struct Task {
    canon::Request request;
    QueueSeat seat;
  };
  auto task = std::make_shared<Task>(Task{std::move(request), std::move(*seat)});
  std::function<base::Result<Stream>()> work = [state = state_.get(), task, reader] {
    return state->prepare(task->request, std::move(task->seat), reader);
  };
  auto started = run_on(*state_->preparing, std::move(work));
  co_return co_await std::move(started);
}

asio::awaitable<base::Result<TokenCount>> LlamaEngine::count(canon::Request request) {
  auto seat = QueueSeat::take(state_->seats, state_->options.queue);
  if (!seat) co_return base::fail(overloaded(state_->options));
  auto shared = std::make_shared<canon::Request>(std::move(request));
  std::function<base::Result<TokenCount>()> work = [state = state_.get(),
                                                    shared]() -> base::Result<TokenCount> {
    if (state->stopping) return base::fail(shutting_down());
    const auto tokens = state->preparer->count(*shared);
    if (!tokens) return tl::unexpected(tokens.error());
    return TokenCount{*tokens};
  };
  auto counted = run_on(*state_->preparing, std::move(work));
  co_return co_await std::move(counted);
}

int LlamaEngine::context_window() const {
  return state_->window;
}

EngineStats LlamaEngine::stats() const {
  const auto& counters = state_->decoder->counters();
  EngineStats stats;
  stats.running = counters.running;
  stats.waiting = std::max(0, state_->seats->load());
  stats.cells_used = counters.cells_used;
  stats.cells_cached = counters.cells_cached;
  stats.cells_total = state_->options.context.cells > 0 ? state_->options.context.cells : state_->window;
  stats.tokens_decoded = counters.tokens_decoded;
  stats.tokens_prefilled = counters.tokens_prefilled;
  stats.tokens_reused = counters.tokens_reused;
  stats.preemptions = counters.preemptions;
  stats.steps = counters.steps;
  return stats;
}

}  // namespace trilogue::engine::llama
