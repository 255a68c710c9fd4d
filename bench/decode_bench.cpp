// Tokens per second of the engine, read through EventStream, against a bare decode loop: the same model,
// batch and way of choosing, 1, 8 and 32 streams, in one run: `decode_bench MODEL.gguf [THREADS TOKENS
// ROUNDS]`. The bare loop is what one would write with llama.h alone; its samplers are llama.cpp's own.
#include <llama.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/llama/context.h"
#include "engine/llama/llama_engine.h"
#include "engine/llama/prompt_writer.h"

namespace {

using namespace trilogue;
using namespace trilogue::engine::llama;
namespace asio = boost::asio;

constexpr int kCells = 16384;
constexpr int kBatch = 256;

struct Way {
  const char* name;
  double temperature;
  double top_p;
  bool json;
};

struct Settings {
  std::string model;
  int threads = 2;
  int tokens = 64;
  int rounds = 3;
};

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

canon::Request question(int number, const Way& way, int tokens) {
  canon::Request request;
  request.turns.emplace_back(canon::UserTurn{"Question " + std::to_string(number) + ": why is it so?"});
  request.effort = canon::Effort::none;
  request.sampling.temperature = way.temperature;
  request.sampling.top_p = way.top_p;
  request.limits.max_tokens = tokens;
  request.limits.ignore_eos = true;
  if (way.json) request.format = canon::JsonObject{};
  return request;
}

struct FreeSampler {
  void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};
using Sampler = std::unique_ptr<llama_sampler, FreeSampler>;

// What the engine does, without an engine: prompts, then one token each a step, into text.
struct Bare {
  Prompt prompt;
  Sampler chain;
  Sampler grammar;
  llama_token next = 0;
  int position = 0;
  std::string text;
};

Bare bare_stream(const Model& model, const PromptWriter& writer, const canon::Request& request) {
  Bare bare;
  bare.prompt = writer.write(request).value();
  bare.chain.reset(llama_sampler_chain_init(llama_sampler_chain_default_params()));
  std::vector<llama_logit_bias> ends;
  for (const llama_token end : model.vocabulary().ends()) ends.push_back({end, -1e9F});
  if (!bare.prompt.answer_grammar.empty()) {
    bare.grammar.reset(
        llama_sampler_init_grammar(model.vocabulary().raw(), bare.prompt.answer_grammar.c_str(), "root"));
  } else {
    llama_sampler_chain_add(
        bare.chain.get(),
        llama_sampler_init_logit_bias(model.vocabulary().size(), static_cast<int>(ends.size()), ends.data()));
  }
  if (request.sampling.temperature <= 0) {
    llama_sampler_chain_add(bare.chain.get(), llama_sampler_init_greedy());
  } else {
    llama_sampler_chain_add(bare.chain.get(),
                            llama_sampler_init_temp(static_cast<float>(request.sampling.temperature)));
    llama_sampler_chain_add(bare.chain.get(),
                            llama_sampler_init_top_p(static_cast<float>(request.sampling.top_p), 1));
    llama_sampler_chain_add(bare.chain.get(), llama_sampler_init_dist(1));
  }
  return bare;
}

// Chooses first and asks the grammar about that one token, as llama.cpp's own common sampler does.
llama_token choose(Bare& bare, std::span<float> logits, std::vector<llama_token_data>& all) {
  const auto pick = [&](bool masked) {
    all.clear();
    for (std::size_t i = 0; i < logits.size(); ++i)
      all.push_back({static_cast<llama_token>(i), logits[i], 0});
    llama_token_data_array candidates{all.data(), all.size(), -1, false};
    if (masked) llama_sampler_apply(bare.grammar.get(), &candidates);
    llama_sampler_apply(bare.chain.get(), &candidates);
    return candidates.data[candidates.selected].id;
  };
  llama_token token = pick(false);
  if (!bare.grammar) return token;
  llama_token_data one{token, 0, 0};
  llama_token_data_array single{&one, 1, -1, false};
  llama_sampler_apply(bare.grammar.get(), &single);
  if (one.logit < -1e30F) token = pick(true);
  return token;
}

struct Rate {
  double tokens = 0;
  double seconds = 0;
  double per_second() const { return tokens / seconds; }
};

// All prompts, packed into as few steps as possible; `done` is told each one's last index.
template <class Done>
void prefill(Context& context, Batch& batch, std::vector<Bare>& streams, const Done& done) {
  std::vector<std::pair<std::size_t, int>> ready;
  const auto compute = [&] {
    if (batch.raw().n_tokens == 0) return;
    context.decode(batch);
    for (const auto& [stream, index] : ready) done(stream, index);
    ready.clear();
    batch.clear();
  };
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const auto& tokens = streams[i].prompt.tokens;
    for (const llama_token token : tokens) {
      if (batch.raw().n_tokens == kBatch) compute();
      const bool last = streams[i].position + 1 == static_cast<int>(tokens.size());
      const int index = batch.add(token, streams[i].position++, static_cast<llama_seq_id>(i), last);
      if (last) ready.emplace_back(i, index);
    }
  }
  compute();
}

Rate run_bare(const Model& model, Context& context, std::vector<Bare> streams, int tokens) {
  Batch batch(kBatch);
  std::vector<llama_token_data> all;
  std::vector<int> indices(streams.size());
  Rate rate;
  const auto begin = std::chrono::steady_clock::now();
  const auto take = [&](std::size_t i, int index) {
    auto& stream = streams[i];
    stream.next = choose(stream, context.logits(index), all);
    rate.tokens += 1;
    if (model.vocabulary().is_end(stream.next)) return false;
    if (stream.grammar) llama_sampler_accept(stream.grammar.get(), stream.next);
    stream.text += model.vocabulary().bytes(stream.next);
    return true;
  };
  std::vector<bool> running(streams.size(), true);
  prefill(context, batch, streams, [&](std::size_t i, int index) { running[i] = take(i, index); });
  for (int step = 1; step < tokens; ++step) {
    batch.clear();
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (running[i])
        indices[i] = batch.add(streams[i].next, streams[i].position++, static_cast<llama_seq_id>(i), true);
    }
    if (batch.raw().n_tokens == 0) break;
    context.decode(batch);
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (running[i]) running[i] = take(i, indices[i]);
    }
  }
  rate.seconds = seconds_since(begin);
  llama_memory_clear(context.memory(), false);
  return rate;
}

asio::awaitable<void> read_all(LlamaEngine& engine, canon::Request request, Rate& rate) {
  auto stream = co_await engine.start(std::move(request), engine::Patience{});
  for (;;) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(10);
    const auto events = co_await (*stream)->next(until);
    if (events.empty()) co_return;
    for (const auto& event : events) {
      if (const auto* finished = std::get_if<canon::Finished>(&event.what))
        rate.tokens += finished->usage.output_tokens;
    }
  }
}

Rate run_engine(LlamaEngine& engine, int streams, const Way& way, int tokens, int& number) {
  asio::io_context io;
  Rate rate;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < streams; ++i) {
    asio::co_spawn(io, read_all(engine, question(number++, way, tokens), rate), asio::detached);
  }
  io.run();
  rate.seconds = seconds_since(begin);
  return rate;
}

ContextOptions context_options(const Settings& settings) {
  return {kCells, 32, kBatch, settings.threads, CacheType::f16};
}

void compare(const Settings& settings, Library& library, const base::Log& log) {
  base::Random random(1);
  EngineOptions options;
  options.model.path = settings.model;
  options.context = context_options(settings);
  const auto model = std::move(Model::load(library, options.model).value());
  const auto writer = std::move(PromptWriter::for_model(model->raw()).value());
  int number = 100;
  std::printf("| streams | way | bare, tokens/s | engine, tokens/s | ratio |\n|---|---|---|---|---|\n");
  for (const auto& way :
       {Way{"greedy", 0, 1, false}, Way{"top_p 0.9", 0.7, 0.9, false}, Way{"JSON", 0.7, 0.9, true}}) {
    for (const int streams : {1, 8, 32}) {
      Rate bare;
      Rate whole;
      for (int round = 0; round < settings.rounds; ++round) {  // in turns, so that a busy machine hurts both
        {
          const auto context = std::move(Context::make(library, *model, context_options(settings)).value());
          std::vector<Bare> all;
          for (int i = 0; i < streams; ++i) {
            all.push_back(bare_stream(*model, *writer, question(number++, way, settings.tokens)));
          }
          const auto rate = run_bare(*model, *context, std::move(all), settings.tokens);
          bare = {bare.tokens + rate.tokens, bare.seconds + rate.seconds};
        }
        const auto engine = std::move(LlamaEngine::load(library, options, random, log).value());
        const auto rate = run_engine(*engine, streams, way, settings.tokens, number);
        whole = {whole.tokens + rate.tokens, whole.seconds + rate.seconds};
      }
      std::printf("| %d | %s | %.0f | %.0f | %.2f |\n", streams, way.name, bare.per_second(),
                  whole.per_second(), whole.per_second() / bare.per_second());
      std::fflush(stdout);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: decode_bench MODEL.gguf [THREADS TOKENS ROUNDS]\n");
    return 2;
  }
  Settings settings{argv[1]};
  if (argc > 2) settings.threads = std::atoi(argv[2]);
  if (argc > 3) settings.tokens = std::atoi(argv[3]);
  if (argc > 4) settings.rounds = std::atoi(argv[4]);
  const base::Log log(base::LogLevel::error);
  const auto library = std::move(Library::open({}, log).value());
  compare(settings, *library, log);
  return 0;
}
