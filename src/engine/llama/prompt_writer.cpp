#include "engine/llama/prompt_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/llama/grammar.h"
#include "engine/llama/marker_guard.h"
#include "engine/llama/template.h"
#include "engine/llama/template_input.h"
#include "engine/llama/template_probe.h"
#include "engine/llama/tokenizer.h"
#include "engine/syntax/call_heads.h"
#include "engine/syntax/grammar.h"
#include "wire/json.h"
#include "wire/json_writer.h"

namespace trilogue::engine::llama {
namespace {

using canon::Turn;

std::string_view trimmed_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \n\t\r") + 1);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of('\n');
  return first == std::string_view::npos ? std::string_view() : trimmed_end(text.substr(first));
}

std::vector<std::string*> markers_of(syntax::OutputSyntax& syntax) {
  syntax::CallSyntax& call = syntax.call;
  return {&syntax.reasoning_begin, &syntax.reasoning_end, &syntax.answer_begin,  &call.lead,
          &call.section_begin,     &call.call_begin,      &call.name_end,        &call.call_end,
          &call.between,           &call.section_end,     &call.parameter_begin, &call.parameter_name_end,
          &call.parameter_end};
}

// The part of the syntax that the vocabulary decides: which markers are tokens, and which further ones there
// are.
void add_tokens(const std::vector<MarkerToken>& markers, const std::string& source,
                syntax::OutputSyntax& syntax) {
  std::string written;
  for (const std::string* marker : markers_of(syntax)) written += *marker + '\n';
  for (const std::string& marker : syntax.noise) written += marker + '\n';
  for (const std::string& marker : syntax.call.other_begins) written += marker + '\n';
  for (const MarkerToken& marker : markers) {
    const bool ours = written.find(marker.text) != std::string::npos;
    const bool theirs = source.find(marker.text) != std::string::npos;
    if (ours || theirs) syntax.atoms.push_back(marker.text);
    if (theirs && (marker.control || !ours)) syntax.noise.push_back(marker.text);
  }
}

// A regular expression for the text and all that follows it, in a group.
std::string pattern_from(std::string_view text) {
  std::string pattern = "(";
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern + "[\\s\\S]*)";
}

std::string compact(const std::string& schema) {
  const auto document = wire::Document::parse(schema);
  return document ? document->root().to_json() : schema;
}

std::string format_request(const canon::AnswerFormat& format) {
  if (std::holds_alternative<canon::JsonObject>(format)) return "\n\nAnswer with one JSON object only.";
  const auto* by_schema = std::get_if<canon::JsonBySchema>(&format);
  if (by_schema == nullptr) return {};
  return "\n\nAnswer with JSON only, by this schema: " + compact(by_schema->schema);
}

// To the last user turn, else to the system turn, else as a turn of its own.
void append_request(const std::string& text, std::vector<Turn>& turns) {
  if (text.empty()) return;
  for (auto turn = turns.rbegin(); turn != turns.rend(); ++turn) {
    if (auto* user = std::get_if<canon::UserTurn>(&*turn)) {
      user->text += text;
      return;
    }
  }
  if (!turns.empty()) {
    if (auto* system = std::get_if<canon::SystemTurn>(&turns.front())) {
      system->text += text;
      return;
    }
  }
  turns.emplace_back(canon::UserTurn{text.substr(2)});
}

}  // namespace

struct PromptWriter::State {
  State(const llama_vocab* vocab, Template parsed, ProbedTemplate found)
      : chat(std::move(parsed)),
        probed(std::move(found)),
        guard(marker_tokens(vocab)),
        tokenizer(vocab, guard) {
    add_tokens(guard.markers(), chat.source(), probed.syntax);
  }

  base::Result<std::string> render(const canon::Request& request, bool with_tools) const;
  base::Result<std::string> input(const canon::Request& request, const std::vector<Turn>& turns,
                                  const std::string& tools) const;
  std::string preamble(const std::string& tools) const;
  void settle_reasoning(const canon::Request& request, bool constrained, std::string& rendered,
                        Prompt& prompt) const;
  base::Result<void> add_grammars(const canon::Request& request, const StillWanted& wanted,
                                  Prompt& prompt) const;

  Template chat;
  ProbedTemplate probed;
  MarkerGuard guard;
  Tokenizer tokenizer;
};

// How to call, for models whose template does not say it. Ours, so its markers are tokens.
std::string PromptWriter::State::preamble(const std::string& tools) const {
  const syntax::CallSyntax& call = probed.syntax.call;
  const std::string example =
      call.style == syntax::ArgumentStyle::json
          ? R"({"argument": "value"})"
          : call.parameter_begin + "argument" + call.parameter_name_end + "value" + call.parameter_end;
  return "You may call these tools, described as JSON:\n" + tools + "\n\nTo call one, write nothing but:\n" +
         call.section_begin + call.call_begin + "name" + call.name_end + example + call.call_end +
         call.section_end + "\n\n";
}

base::Result<std::string> PromptWriter::State::input(const canon::Request& request,
                                                     const std::vector<Turn>& turns,
                                                     const std::string& tools) const {
  const bool describe = !tools.empty() && !probed.manners.lists_tools;
  std::string text;
  wire::JsonWriter json(text);
  json.begin_object().key("messages");
  json.raw(messages_json(turns, probed.manners, guard, describe ? preamble(tools) : ""));
  if (!tools.empty() && !describe) json.key("tools").raw(tools);
  json.field("add_generation_prompt", true);
  if (request.effort) {
    const bool thinks = *request.effort != canon::Effort::none;
    json.field("enable_thinking", thinks).field("thinking", thinks);
    const canon::Effort effort = thinks ? *request.effort : canon::Effort::low;
    json.field("reasoning_effort", base::to_text(canon::kEffortNames, effort));
  }
  json.end_object();
  return text;
}

base::Result<std::string> PromptWriter::State::render(const canon::Request& request, bool with_tools) const {
  std::string tools;
  if (with_tools) {
    auto described = tools_json(request.tools, guard);
    if (!described) return tl::unexpected(described.error());
    tools = std::move(*described);
  }
  std::vector<Turn> turns = request.turns;
  append_request(format_request(request.format), turns);
  turns = arranged_turns(turns, probed.manners);
  if (!probed.manners.writes_calls) turns = turns_without_calls(turns, probed.syntax.call);
  const bool needs_system = with_tools && !probed.manners.lists_tools && probed.manners.system_first;
  if (needs_system && (turns.empty() || !std::holds_alternative<canon::SystemTurn>(turns.front()))) {
    turns.insert(turns.begin(), canon::SystemTurn{});
  }
  auto rendered = chat.render(*input(request, turns, tools));
  if (rendered) return rendered;
  // Some templates insist that user and assistant take turns.
  auto again = chat.render(*input(request, alternating_turns(turns), tools));
  return again ? again : rendered;
}

// Where the answer begins: inside reasoning that the template has opened, that we open because the grammar of
// the answer must not forbid it, or behind reasoning that we close because none was asked for.
void PromptWriter::State::settle_reasoning(const canon::Request& request, bool constrained,
                                           std::string& rendered, Prompt& prompt) const {
  const std::string& begin = probed.syntax.reasoning_begin;
  const std::string& end = probed.syntax.reasoning_end;
  if (begin.empty()) return;
  const bool unwanted = request.effort == canon::Effort::none;
  const std::string_view tail = trimmed_end(rendered);
  prompt.opens_in_reasoning = tail.ends_with(trimmed(begin));
  if (prompt.opens_in_reasoning && unwanted) {
    rendered.resize(tail.size());
    rendered += begin.substr(begin.find(trimmed(begin)) + trimmed(begin).size()) + end;
    prompt.opens_in_reasoning = false;
  } else if (!prompt.opens_in_reasoning && constrained && !unwanted && !tail.ends_with(trimmed(end))) {
    rendered += begin;
    prompt.opens_in_reasoning = true;
  }
  for (const llama_token token : tokenizer.tokens_of(end)) prompt.reasoning_end.push_back(token);
}

base::Result<void> PromptWriter::State::add_grammars(const canon::Request& request, const StillWanted& wanted,
                                                     Prompt& prompt) const {
  const syntax::OutputSyntax& syntax = probed.syntax;
  const canon::ToolChoice& choice = request.tool_choice;
  const syntax::CallRules rules{
      .parallel = choice.parallel && probed.manners.parallel_calls, .only = choice.name, .wanted = wanted};
  const auto* by_schema = std::get_if<canon::JsonBySchema>(&request.format);
  const bool json = by_schema != nullptr || std::holds_alternative<canon::JsonObject>(request.format);
  base::Result<std::string> grammar;
  if (prompt.read_calls && choice.use == canon::ToolUse::required) {
    grammar = syntax::required_call_grammar(request.tools, rules, syntax);
  } else if (prompt.read_calls && json) {
    grammar = syntax::json_or_call_grammar(request.format, request.tools, rules, syntax);
  } else if (prompt.read_calls) {
    grammar = syntax::call_grammar(request.tools, rules, syntax);
    if (!grammar) return tl::unexpected(grammar.error());
    prompt.call_grammar = with_marker_tokens(*grammar, guard.markers());
    prompt.call_trigger = syntax::call_trigger(syntax);
    prompt.call_trigger_pattern = pattern_from(prompt.call_trigger);
    return {};
  } else if (json) {
    grammar = by_schema != nullptr ? syntax::schema_grammar(by_schema->schema, syntax)
                                   : syntax::json_object_grammar(syntax);
  }
  if (!grammar) return tl::unexpected(grammar.error());
  prompt.answer_grammar = with_marker_tokens(*grammar, guard.markers());
  return {};
}

PromptWriter::PromptWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
PromptWriter::~PromptWriter() = default;

base::Result<std::unique_ptr<PromptWriter>> PromptWriter::for_model(const llama_model* model) {
  const char* source = llama_model_chat_template(model, nullptr);
  if (source == nullptr) source = llama_model_chat_template(model, "tool_use");
  if (source == nullptr) return base::fail(base::FailureKind::internal, "The model has no chat template.");
  return for_template(llama_model_get_vocab(model), source);
}

base::Result<std::unique_ptr<PromptWriter>> PromptWriter::for_template(const llama_vocab* vocab,
                                                                       const std::string& source) {
  const auto text_of = [vocab](llama_token token) {
    return token == LLAMA_TOKEN_NULL ? std::string() : std::string(llama_vocab_get_text(vocab, token));
  };
  auto chat = Template::parse(source, text_of(llama_vocab_bos(vocab)), text_of(llama_vocab_eos(vocab)));
  if (!chat) return tl::unexpected(chat.error());
  auto probed = probe_template(*chat);
  if (!probed) return tl::unexpected(probed.error());
  auto state = std::make_unique<State>(vocab, std::move(*chat), std::move(*probed));
  return std::unique_ptr<PromptWriter>(new PromptWriter(std::move(state)));
}

base::Result<Prompt> PromptWriter::write(const canon::Request& request, const WritingLimits& limits) const {
  const auto unwanted = [] { return base::fail(base::FailureKind::cancelled, "nobody waits for this"); };
  Prompt prompt;
  prompt.syntax = state_->probed.syntax;
  prompt.read_calls = !request.tools.empty() && request.tool_choice.use != canon::ToolUse::none;
  if (const auto added = state_->add_grammars(request, limits.wanted, prompt); !added)
    return tl::unexpected(added.error());
  if (!limits.wanted()) return unwanted();
  auto rendered = state_->render(request, prompt.read_calls);
  if (!rendered) return tl::unexpected(rendered.error());
  if (rendered->size() > limits.most_bytes) return base::fail(base::FailureKind::too_large, "");
  if (!limits.wanted()) return unwanted();
  state_->settle_reasoning(request, !prompt.answer_grammar.empty(), *rendered, prompt);
  prompt.tokens = state_->tokenizer.prompt_of(*rendered);
  return prompt;
}

bool PromptWriter::supports_tools() const {
  return state_->probed.syntax.has_calls;
}
bool PromptWriter::supports_thinking() const {
  return !state_->probed.syntax.reasoning_begin.empty();
}

}  // namespace trilogue::engine::llama
