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
using Prepared = std::unique_ptr<Generation>;

class QueueStream final : public EventStream {
 public:
  QueueStream(std::shared_ptr<EventQueue> queue, int prompt_tokens)
      : queue_(std::move(queue)), prompt_tokens_(prompt_tokens) {}
  ~QueueStream() override { queue_->abandon(); }

  asio::awaitable<std::vector<canon::Event>> next(base::SteadyTime until) override {
    return queue_->next(until);
  }
  std::optional<int> prompt_tokens() const override { return prompt_tokens_; }
  void stop() override { queue_->stop(); }

 private:
  std::shared_ptr<EventQueue> queue_;
  int prompt_tokens_;
};

base::Failure overloaded(const EngineOptions& options) {
  return {
      base::FailureKind::unavailable, "too many requests are waiting for the model", {}, options.retry_after};
}

// What preparing costs goes with the text, and with the steps that the template takes for each turn and tool.
constexpr std::size_t kTurnCost = 500;
constexpr std::size_t kToolCost = 1'000;
constexpr std::size_t kSchemaCost = 4;  // each byte of one is compiled, not only written
constexpr std::size_t kHeavy = std::size_t{256} * 1024;

struct TurnCost {
  std::size_t operator()(const canon::SystemTurn& turn) const { return turn.text.size(); }
  std::size_t operator()(const canon::UserTurn& turn) const { return turn.text.size(); }
  std::size_t operator()(const canon::ToolResultTurn& turn) const { return turn.text.size(); }
  std::size_t operator()(const canon::AssistantTurn& turn) const {
    std::size_t cost = turn.text.size() + turn.reasoning.size() + turn.calls.size() * kTurnCost;
    for (const auto& call : turn.calls) cost += call.arguments.size();
    return cost;
  }
};

bool is_heavy(const canon::Request& request) {
  std::size_t cost = 0;
  for (const auto& turn : request.turns) cost += kTurnCost + std::visit(TurnCost{}, turn);
  for (const auto& tool : request.tools)
    cost += kToolCost + tool.description.size() + kSchemaCost * tool.parameters.size();
  if (const auto* by_schema = std::get_if<canon::JsonBySchema>(&request.format))
    cost += kSchemaCost * by_schema->schema.size();
  return cost > kHeavy;
}

base::Failure shutting_down() {
  return {base::FailureKind::unavailable, "the server is shutting down", {}, {}};
}

}  // namespace

// A preparer and the thread that uses it.
struct Lane {
  explicit Lane(std::unique_ptr<Preparer> by) : preparer(std::move(by)) {}
  std::unique_ptr<Preparer> preparer;
  TaskThread thread;
};

struct LlamaEngine::State {
  EngineOptions options;
  std::unique_ptr<Model> model;
  int window = 0;
  std::unique_ptr<Decoder> decoder;
  std::shared_ptr<std::atomic<int>> seats = std::make_shared<std::atomic<int>>(0);
  std::atomic<bool> stopping = false;
  // Last: their tasks use all of the above. Heavy requests wait for each other and for nobody else.
  std::unique_ptr<Lane> light;
  std::unique_ptr<Lane> heavy;

  base::Result<std::unique_ptr<Lane>> make_lane(base::Random& random) const;
  Lane& lane_for(const canon::Request& request) const { return is_heavy(request) ? *heavy : *light; }

  // On the lane's thread.
  base::Result<Prepared> prepare(const Lane& lane, const canon::Request& request,
                                 const StillWanted& wanted) const;
  base::Result<TokenCount> count(const Lane& lane, const canon::Request& request,
                                 const StillWanted& wanted) const;
};

LlamaEngine::LlamaEngine(std::unique_ptr<State> state) : state_(std::move(state)) {}

LlamaEngine::~LlamaEngine() {
  state_->stopping = true;
  state_->light.reset();
  state_->heavy.reset();
}

base::Result<std::unique_ptr<LlamaEngine>> LlamaEngine::load(Library& library, const EngineOptions& options,
                                                             base::Random& random, const base::Log& log) {
  auto state = std::make_unique<State>();
  state->options = options;
  auto model = Model::load(library, options.model);
  if (!model) return tl::unexpected(std::move(model.error()));
  state->model = std::move(*model);
  auto context = Context::make(library, *state->model, options.context);
  if (!context) return tl::unexpected(std::move(context.error()));
  const int cells = (*context)->shape().cells;
  const int trained = state->model->trained_context();
  state->window = trained > 0 ? std::min(cells, trained) : cells;
  for (auto* const place : {&state->light, &state->heavy}) {
    auto lane = state->make_lane(random);
    if (!lane) return tl::unexpected(std::move(lane.error()));
    *place = std::move(*lane);
  }
  const SchedulerLimits limits{options.context.slots, options.context.batch_tokens};
  state->decoder = std::make_unique<Decoder>(std::move(*context), limits, log);
  return std::unique_ptr<LlamaEngine>(new LlamaEngine(std::move(state)));
}

base::Result<std::unique_ptr<Lane>> LlamaEngine::State::make_lane(base::Random& random) const {
  auto writer = PromptWriter::for_model(model->raw());
  if (!writer) return tl::unexpected(std::move(writer.error()));
  return std::make_unique<Lane>(
      std::make_unique<Preparer>(*model, std::move(*writer), options.budgets, window, random));
}

base::Result<Prepared> LlamaEngine::State::prepare(const Lane& lane, const canon::Request& request,
                                                   const StillWanted& wanted) const {
  if (stopping) return base::fail(shutting_down());
  return lane.preparer->prepare(request, [&] { return wanted() && !stopping; });
}

base::Result<TokenCount> LlamaEngine::State::count(const Lane& lane, const canon::Request& request,
                                                   const StillWanted& wanted) const {
  if (stopping) return base::fail(shutting_down());
  const auto tokens = lane.preparer->count(request, [&] { return wanted() && !stopping; });
  if (!tokens) return tl::unexpected(tokens.error());
  return TokenCount{*tokens};
}

asio::awaitable<base::Result<Stream>> LlamaEngine::start(canon::Request request, Patience patience) {
  auto seat = QueueSeat::take(state_->seats, state_->options.queue);
  if (!seat) co_return base::fail(overloaded(state_->options));
  // The engine may be destroyed during the wait: what is needed after it is held here.
  const asio::any_io_executor reader = co_await asio::this_coro::executor;
  const std::shared_ptr<Inbox> inbox = state_->decoder->inbox();
  const int choices = request.choices;
  const auto capacity = state_->options.reader_bytes * static_cast<std::size_t>(choices);

  Lane& lane = state_->lane_for(request);
  Job<Prepared>::Work work = [state = state_.get(), &lane,
                              shared = std::make_shared<const canon::Request>(std::move(request))](
                                 const StillWanted& wanted) { return state->prepare(lane, *shared, wanted); };
  auto preparing = run_on<Prepared>(lane.thread, std::move(patience), std::move(work));
  auto generation = co_await std::move(preparing);
  if (!generation) co_return tl::unexpected(std::move(generation.error()));
  auto queue = std::make_shared<EventQueue>(reader, choices, capacity, [inbox] { inbox->poke(); });
  const auto prompt_tokens = static_cast<int>((*generation)->terms.prompt.size());
  Stream stream = std::make_unique<QueueStream>(queue, prompt_tokens);
  (*generation)->queue = std::move(queue);
  (*generation)->seat.emplace(std::move(*seat));
  if (!inbox->put(std::move(*generation))) co_return base::fail(shutting_down());
  co_return stream;
}

asio::awaitable<base::Result<TokenCount>> LlamaEngine::count(canon::Request request, Patience patience) {
  auto seat = QueueSeat::take(state_->seats, state_->options.queue);
  if (!seat) co_return base::fail(overloaded(state_->options));
  Lane& lane = state_->lane_for(request);
  Job<TokenCount>::Work work = [state = state_.get(), &lane,
                                shared = std::make_shared<const canon::Request>(std::move(request))](
                                   const StillWanted& wanted) { return state->count(lane, *shared, wanted); };
  auto counting = run_on<TokenCount>(lane.thread, std::move(patience), std::move(work));
  co_return co_await std::move(counting);
}

int LlamaEngine::context_window() const {
  return state_->window;
}

EngineStats LlamaEngine::stats() const {
  const auto& counters = state_->decoder->counters();
  EngineStats stats;
  stats.slots = state_->options.context.slots;
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
