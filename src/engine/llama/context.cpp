#include "engine/llama/context.h"

#include <algorithm>
#include <exception>
#include <thread>

namespace trilogue::engine::llama {
namespace {

constexpr int kCachedStates = 4;  // of a recurrent model, whose every sequence costs a whole state

ggml_type as_ggml(CacheType type) {
  switch (type) {
    case CacheType::f16:
      return GGML_TYPE_F16;
    case CacheType::q8_0:
      return GGML_TYPE_Q8_0;
  }
  return GGML_TYPE_F16;
}

// On a processor, flash attention adds up f16 values in half precision, and then a greedy answer depends on
// what else is in the batch (a tenth of a nat was seen). Kept as bf16, of the same size, they are added in
// single precision, and it does not. A GPU adds in single precision as it is, and may not take mixed types.
ggml_type values_type(CacheType type) {
  const bool on_processor = !llama_supports_gpu_offload();
  return type == CacheType::f16 && on_processor ? GGML_TYPE_BF16 : as_ggml(type);
}

int threads_of(const ContextOptions& options) {
  return options.threads > 0 ? options.threads
                             : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

llama_context_params params_of(const Model& model, const ContextOptions& options, const PoolShape& shape) {
  auto params = llama_context_default_params();
  params.n_ctx = static_cast<std::uint32_t>(shape.cells);
  params.n_batch = static_cast<std::uint32_t>(options.batch_tokens);
  params.n_ubatch = params.n_batch;
  // One pool takes any sequence id; this sizes the buffer of logits, and the states of a recurrent model.
  params.n_seq_max = static_cast<std::uint32_t>(model.can_truncate() ? options.slots : shape.sequences);
  params.n_outputs_max = params.n_seq_max;
  params.kv_unified = true;
  params.swa_full = true;  // keeps the whole prefix of models with a sliding window, so that it can be shared
  params.type_k = as_ggml(options.cache_type);
  params.type_v = values_type(options.cache_type);
  params.n_threads = params.n_threads_batch = threads_of(options);
  params.no_perf = true;
  return params;
}

}  // namespace

Batch::Batch(int capacity) : batch_(llama_batch_init(capacity, 0, 1)) {}

int Batch::add(llama_token token, llama_pos position, llama_seq_id sequence, bool wants_logits) {
  const int index = batch_.n_tokens++;
  batch_.token[index] = token;
  batch_.pos[index] = position;
  batch_.n_seq_id[index] = 1;
  batch_.seq_id[index][0] = sequence;
  batch_.logits[index] = wants_logits ? 1 : 0;
  return index;
}

base::Result<std::unique_ptr<Context>> Context::make(Library& library, const Model& model,
                                                     const ContextOptions& options) {
  auto context = std::unique_ptr<Context>(new Context);
  auto& shape = context->shape_;
  shape.cells = options.cells > 0 ? options.cells : std::max(model.trained_context(), 1);
  shape.truncatable = model.can_truncate();
  const auto most = static_cast<int>(llama_max_parallel_sequences());
  shape.sequences = shape.truncatable ? most : std::min(most, options.slots + kCachedStates);
  library.take_error();
  std::string problem;
  try {
    context->context_.reset(llama_init_from_model(model.raw(), params_of(model, options, shape)));
  } catch (const std::exception& error) {  // a library's exception ends here
    problem = error.what();
  }
  if (!context->context_) {
    if (problem.empty()) problem = library.take_error();
    return base::fail(base::FailureKind::internal,
                      "no memory for a context of " + std::to_string(shape.cells) + " tokens: " + problem);
  }
  context->vocabulary_size_ = model.vocabulary().size();
  context->start_threads(threads_of(options));
  return context;
}

// Without a pool of its own llama.cpp starts new threads for every step.
void Context::start_threads(int threads) {
  const auto* device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  if (threads < 2 || device == nullptr) return;
  auto* registry = ggml_backend_dev_backend_reg(const_cast<ggml_backend_dev_t>(device));
  const auto make = reinterpret_cast<decltype(&ggml_threadpool_new)>(
      ggml_backend_reg_get_proc_address(registry, "ggml_threadpool_new"));
  free_threads_ = reinterpret_cast<decltype(&ggml_threadpool_free)>(
      ggml_backend_reg_get_proc_address(registry, "ggml_threadpool_free"));
  if (make == nullptr || free_threads_ == nullptr) return;
  auto params = ggml_threadpool_params_default(threads);
  threads_ = make(&params);
  if (threads_ != nullptr) llama_attach_threadpool(context_.get(), threads_, threads_);
}

Context::~Context() {
  context_.reset();
  if (threads_ != nullptr) free_threads_(threads_);
}

Context::Outcome Context::decode(const Batch& batch) {
  try {
    const int outcome = llama_decode(context_.get(), batch.raw());
    if (outcome == 0) return Outcome::done;
    return outcome == 1 ? Outcome::no_room : Outcome::failed;
  } catch (const std::exception&) {  // a library's exception ends here
    return Outcome::failed;
  }
}

std::span<float> Context::logits(int index) {
  return {llama_get_logits_ith(context_.get(), index), static_cast<std::size_t>(vocabulary_size_)};
}

}  // namespace trilogue::engine::llama
