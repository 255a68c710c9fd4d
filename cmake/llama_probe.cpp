// Compiled and linked, never run: does a system llama.cpp offer the calls that engine/llama makes?
#include <chat.h>
#include <llama.h>

#include <string>

int main() {
  llama_backend_init();
  const auto templates = common_chat_templates_init(nullptr, std::string());
  common_chat_templates_inputs inputs;
  inputs.use_jinja = true;
  const auto params = common_chat_templates_apply(templates.get(), inputs);
  return params.grammar_lazy && llama_memory_seq_rm(nullptr, 0, 0, 0) &&
         llama_sampler_init_grammar_lazy_patterns(nullptr, "", "root", nullptr, 0, nullptr, 0) != nullptr;
}
