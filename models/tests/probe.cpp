// A probe into llama.cpp for the tests of the bundled model; it is no part of the server. Usage: probe GGUF
// MODE.
//   tokens      each stdin line, a JSON string          -> a JSON list of token ids
//   complete    each stdin line {prompt, limit}         -> {text, tokens}, greedy, markers in the prompt
//   count template    each stdin line {messages, tools, ...}  -> {prompt, thinking, grammar} parse       each
//   stdin line {messages, tools, output} -> {reasoning, content, calls} speed       no input -> {prefill,
//   decode} in tokens per second, one thread
#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "chat.h"
#include "common.h"
#include "llama.h"
#include "nlohmann/json.hpp"

using json = nlohmann::ordered_json;

namespace {

struct Engine {
  llama_model* model = nullptr;
  llama_context* context = nullptr;
  const llama_vocab* vocab = nullptr;

  Engine(const char* path, bool vocab_only) {
    llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
    ggml_backend_load_all_from_path(PROBE_BACKENDS);
    llama_backend_init();
    auto mp = llama_model_default_params();
    mp.vocab_only = vocab_only;
    model = llama_model_load_from_file(path, mp);
    if (!model) throw std::runtime_error("cannot load the model");
    vocab = llama_model_get_vocab(model);
    if (vocab_only) return;
    auto cp = llama_context_default_params();
    cp.n_ctx = 8192;
    cp.n_batch = 2048;
    cp.n_threads = cp.n_threads_batch = 1;
    context = llama_init_from_model(model, cp);
  }

  std::vector<llama_token> tokens(const std::string& text) const {
    return common_tokenize(vocab, text, false, true);
  }

  llama_token best() const {
    const float* logits = llama_get_logits_ith(context, -1);
    const int n = llama_vocab_n_tokens(vocab);
    return static_cast<llama_token>(std::max_element(logits, logits + n) - logits);
  }

  void feed(std::vector<llama_token> input) const {
    for (size_t at = 0; at < input.size(); at += 2048) {
      const int n = static_cast<int>(std::min<size_t>(2048, input.size() - at));
      if (llama_decode(context, llama_batch_get_one(input.data() + at, n)))
        throw std::runtime_error("decode failed");
    }
  }

  json complete(const json& request) const {
    llama_memory_clear(llama_get_memory(context), true);
    feed(tokens(request.at("prompt")));
    std::string text;
    int count = 0;
    for (; count < request.at("limit"); count++) {
      const llama_token token = best();
      if (llama_vocab_is_eog(vocab, token)) break;
      text += common_token_to_piece(vocab, token, true);
      feed({token});
    }
    return {{"text", text}, {"tokens", count}};
  }

  json speed() const {
    using clock = std::chrono::steady_clock;
    const auto seconds = [](clock::time_point since) {
      return std::chrono::duration<double>(clock::now() - since).count();
    };
    auto start = clock::now();
    feed(std::vector<llama_token>(1024, 300));
    const double prefill = 1024 / seconds(start);
    start = clock::now();
    for (int i = 0; i < 400; i++) {
      best();
      feed({300});
    }
    return {{"prefill", prefill}, {"decode", 400 / seconds(start)}};
  }
};

common_chat_templates_inputs inputs_of(const json& request) {
  common_chat_templates_inputs in;
  in.messages = common_chat_msgs_parse_oaicompat(common_json::parse(request.at("messages").dump()));
  if (request.contains("tools"))
    in.tools = common_chat_tools_parse_oaicompat(common_json::parse(request["tools"].dump()));
  in.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
  if (request.contains("effort")) in.chat_template_kwargs["reasoning_effort"] = request["effort"].dump();
  in.enable_thinking = request.value("thinking", true);
  return in;
}

json apply(const common_chat_templates* templates, const json& request, bool parse) {
  const auto params = common_chat_templates_apply(templates, inputs_of(request));
  if (!parse)
    return {{"prompt", params.prompt},
            {"thinking", params.supports_thinking},
            {"grammar", params.grammar.size()}};
  common_chat_parser_params how(params);
  how.parser.load(params.parser);
  how.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
  const auto message = common_chat_parse(request.at("output").get<std::string>(), false, how);
  json calls = json::array();
  for (const auto& call : message.tool_calls)
    calls.push_back({{"name", call.name}, {"arguments", call.arguments}});
  return {{"reasoning", message.reasoning_content}, {"content", message.content}, {"calls", calls}};
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) return 2;
  const std::string mode = argv[2];
  const Engine engine(argv[1], mode != "complete" && mode != "speed");
  if (mode == "speed") {
    std::cout << engine.speed() << "\n";
    return 0;
  }
  const auto templates = common_chat_templates_init(engine.model, "");
  for (std::string line; std::getline(std::cin, line);) {
    const json in = json::parse(line);
    if (mode == "tokens")
      std::cout << json(engine.tokens(in.get<std::string>())) << std::endl;
    else if (mode == "complete")
      std::cout << engine.complete(in).dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    else
      std::cout
          << apply(templates.get(), in, mode == "parse").dump(-1, ' ', false, json::error_handler_t::replace)
          << std::endl;
  }
  return 0;
} catch (const std::exception& e) {
  std::cerr << "probe: " << e.what() << "\n";
  return 1;
}
