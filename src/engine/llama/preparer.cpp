#include "engine/llama/preparer.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "engine/llama/llama_engine.h"

namespace trilogue::engine::llama {
namespace {

std::string path_of_grammar(const canon::Request& request) {
  return std::holds_alternative<canon::FreeText>(request.format) ? "tools" : "response_format";
}

// Of all choices of a request, which share its tools.
syntax::ScannerOptions scanner_options(const canon::Request& request, const Prompt& prompt,
                                       base::Random& random) {
  syntax::ScannerOptions options;
  options.opens_in_reasoning = prompt.opens_in_reasoning;
  options.read_calls = prompt.read_calls;
  options.stop = request.limits.stop;
  if (prompt.read_calls) options.tools = std::make_shared<const std::vector<canon::Tool>>(request.tools);
  options.make_call_id = [&random] { return "call_" + random.text(base::kUrlSafe, 22); };
  return options;
}

std::size_t longest_token(const Vocabulary& vocabulary) {
  std::size_t longest = 1;
  for (llama_token token = 0; vocabulary.holds(token); ++token) {
    longest = std::max(longest, vocabulary.bytes(token).size());
  }
  return longest;
}

struct TextBytes {
  std::size_t operator()(const canon::SystemTurn&) const { return 0; }  // a template may shorten it
  std::size_t operator()(const canon::UserTurn& turn) const { return turn.text.size(); }
  std::size_t operator()(const canon::AssistantTurn& turn) const { return turn.text.size(); }
  std::size_t operator()(const canon::ToolResultTurn& turn) const { return turn.text.size(); }
};

}  // namespace

Preparer::Preparer(const Model& model, std::unique_ptr<PromptWriter> writer, const ReasoningBudgets& budgets,
                   int context_window, base::Random& random)
    : model_(model),
      writer_(std::move(writer)),
      budgets_(budgets),
      context_window_(context_window),
      longest_token_(longest_token(model.vocabulary())),
      random_(random) {}

// In the words by which clients know that they have to shorten a conversation: LangChain and LiteLLM look for
// the window and the length, Claude Code for "prompt is too long: N tokens > M".
base::Failure Preparer::too_long(std::string_view tokens) const {
  const std::string window = std::to_string(context_window_);
  std::string message = "the prompt is too long: " + std::string(tokens) + " tokens > " + window +
                        "; it exceeds the context window (the maximum context length is " + window +
                        ", for it and the answer)";
  return {base::FailureKind::too_long, std::move(message), "messages", {}};
}

base::Result<Prompt> Preparer::written(const canon::Request& request, const StillWanted& wanted) const {
  const std::size_t most_bytes = static_cast<std::size_t>(context_window_) * longest_token_;
  const auto refuse = [&](std::size_t tokens) {
    return base::fail(too_long("more than " + std::to_string(tokens)));
  };
  std::size_t bytes = 0;
  std::size_t turns = 0;  // each takes a token at least
  for (const auto& turn : request.turns) {
    bytes += std::visit(TextBytes{}, turn);
    turns += std::holds_alternative<canon::SystemTurn>(turn) ? 0 : 1;
  }
  const std::size_t least = std::max(bytes / longest_token_, turns);
  if (least >= static_cast<std::size_t>(context_window_)) return refuse(least);
  auto prompt = writer_->write(request, {wanted, most_bytes});
  if (!prompt && prompt.error().kind == base::FailureKind::too_large)
    return refuse(static_cast<std::size_t>(context_window_));
  return prompt;
}

int Preparer::budget_of(const canon::Request& request) const {
  const auto tokens = [&] {
    switch (request.effort.value_or(budgets_.when_not_asked)) {
      case canon::Effort::none:  // the template was asked not to think; a model that does is kept short
      case canon::Effort::low:
        return budgets_.low;
      case canon::Effort::medium:
        return budgets_.medium;
      case canon::Effort::high:
        return budgets_.high;
    }
    return budgets_.medium;
  }();
  return std::min(tokens, request.limits.reasoning_budget.value_or(tokens));
}

base::Result<Terms> Preparer::terms_of(const canon::Request& request, Prompt& prompt) const {
  const auto tokens = static_cast<int>(prompt.tokens.size());
  if (tokens == 0) return base::fail(base::FailureKind::internal, "the template wrote an empty prompt");
  if (tokens >= context_window_) return base::fail(too_long(std::to_string(tokens)));
  Terms terms;
  terms.prompt = std::move(prompt.tokens);
  terms.atoms = model_.vocabulary().tokens_of(prompt.syntax.atoms);
  terms.reasoning_end = std::move(prompt.reasoning_end);
  terms.reasoning_budget = budget_of(request);
  terms.token_limit =
      std::min(request.limits.max_tokens.value_or(std::numeric_limits<int>::max()), context_window_ - tokens);
  terms.seeded = request.sampling.seed.has_value() && request.sampling.temperature > 0;
  terms.cache_salt = request.cache_salt;
  return terms;
}

base::Result<std::unique_ptr<Generation>> Preparer::prepare(const canon::Request& request,
                                                            const StillWanted& wanted) const {
  auto prompt = written(request, wanted);
  if (!prompt) return tl::unexpected(std::move(prompt.error()));
  auto terms = terms_of(request, *prompt);
  if (!terms) return tl::unexpected(std::move(terms.error()));
  auto generation = std::make_unique<Generation>();
  generation->terms = std::move(*terms);
  const auto& vocabulary = model_.vocabulary();
  auto rules = WritingRules::make(vocabulary, *prompt, generation->terms.atoms);
  if (!rules) return base::invalid(path_of_grammar(request), "the schema cannot be compiled to a grammar");
  if (!wanted()) return base::fail(base::FailureKind::cancelled, "nobody waits for this request");
  const syntax::ScannerOptions options = scanner_options(request, *prompt, random_);
  const auto seed = request.sampling.seed.value_or(static_cast<std::uint32_t>(random_.next()));
  if (request.choices > 1) generation->terms.rules = std::move(rules);
  for (int i = 0; i < request.choices; ++i) {
    TokenChooser chooser(vocabulary, request.sampling, request.limits, seed + static_cast<std::uint32_t>(i));
    auto scanner = std::make_unique<syntax::Scanner>(prompt->syntax, options);
    generation->choices.push_back(std::make_unique<Choice>(i, generation->terms, vocabulary,
                                                           std::move(chooser), std::exchange(rules, nullptr),
                                                           std::move(scanner)));
  }
  return generation;
}

base::Result<int> Preparer::count(const canon::Request& request, const StillWanted& wanted) const {
  const auto prompt = written(request, wanted);
  if (!prompt) return tl::unexpected(prompt.error());
  return static_cast<int>(prompt->tokens.size());
}

}  // namespace trilogue::engine::llama
