#include "engine/llama/template_probe.h"

#include <string_view>
#include <utility>

#include "engine/llama/template_calls.h"

namespace trilogue::engine::llama {
namespace {

using canon::AssistantTurn;
using canon::SystemTurn;
using canon::Turn;
using canon::UserTurn;

constexpr std::string_view kQuestion = "Qzqz question";
constexpr std::string_view kAnswer = "Rzrz answer";
constexpr std::string_view kSystem = "Szsz system";
constexpr std::string_view kThought = "Tztz thought";

struct Pair {
  std::string_view begin;
  std::string_view end;
};

// For templates that drop reasoning from what they are given, as they show it nowhere.
constexpr Pair kKnownReasoning[] = {{"<think>\n", "\n</think>\n\n"},
                                    {"[THINK]", "[/THINK]"},
                                    {"<|START_THINKING|>", "<|END_THINKING|>"},
                                    {"<seed:think>", "</seed:think>"},
                                    {"<reasoning>", "</reasoning>"}};

std::string_view core(std::string_view marker) {
  const std::size_t first = marker.find_first_not_of('\n');
  return marker.substr(first, marker.find_last_not_of('\n') - first + 1);
}

std::optional<std::string> render(const Template& chat, const std::vector<Turn>& turns,
                                  const TemplateManners& manners) {
  static const MarkerGuard no_guard{{}};
  auto text = chat.render(R"({"messages":)" + messages_json(turns, manners, no_guard) + "}");
  if (!text) return std::nullopt;
  return std::move(*text);
}

bool keeps_system_turn_in_place(const Template& chat, const TemplateManners& manners) {
  const auto text =
      render(chat,
             {UserTurn{"Uaua"}, AssistantTurn{.reasoning = {}, .text = std::string(kAnswer), .calls = {}},
              SystemTurn{std::string(kSystem)}, UserTurn{std::string(kQuestion)}},
             manners);
  if (!text) return false;
  const std::size_t system = text->find(kSystem);
  return system != std::string::npos && text->find(kAnswer) < system && system < text->find(kQuestion);
}

bool takes_first_system_turn(const Template& chat, const TemplateManners& manners) {
  const auto text =
      render(chat, {SystemTurn{std::string(kSystem)}, UserTurn{std::string(kQuestion)}}, manners);
  return text && text->find(kSystem) != std::string::npos;
}

bool is_harmony(std::string_view source) {
  return source.find("<|channel|>analysis<|message|>") != std::string_view::npos;
}

// The tag, and the newlines around it, that stands right before `at`.
std::string tag_before(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end > 0 && text[end - 1] == '\n') --end;
  if (end == 0 || (text[end - 1] != '>' && text[end - 1] != ']')) return {};
  const std::size_t begin = text.rfind(text[end - 1] == '>' ? '<' : '[', end);
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin, at - begin));
}

std::string tag_after(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin < text.size() && text[begin] == '\n') ++begin;
  if (begin == text.size() || (text[begin] != '<' && text[begin] != '[')) return {};
  std::size_t end = text.find(text[begin] == '<' ? '>' : ']', begin);
  if (end == std::string_view::npos) return {};
  ++end;
  while (end < text.size() && text[end] == '\n') ++end;
  return std::string(text.substr(at, end - at));
}

void learn_reasoning(const Template& chat, const TemplateManners& manners, syntax::OutputSyntax& learned) {
  const AssistantTurn thinking{.reasoning = std::string(kThought), .text = std::string(kAnswer), .calls = {}};
  const auto text = render(chat, {UserTurn{std::string(kQuestion)}, thinking}, manners);
  const std::size_t at = text ? text->find(kThought) : std::string::npos;
  if (at != std::string::npos) {
    learned.reasoning_begin = tag_before(*text, at);
    learned.reasoning_end = tag_after(*text, at + kThought.size());
    if (!learned.reasoning_begin.empty() && !learned.reasoning_end.empty()) return;
  }
  learned.reasoning_begin.clear();
  learned.reasoning_end.clear();
  for (const Pair& known : kKnownReasoning) {
    if (chat.source().find(core(known.end)) == std::string::npos) continue;
    learned.reasoning_begin = known.begin;
    learned.reasoning_end = known.end;
    return;
  }
}

// gpt-oss writes other things than its template shows: channels, and calls addressed in two ways.
syntax::OutputSyntax harmony_syntax() {
  syntax::OutputSyntax harmony;
  harmony.reasoning_begin = "<|channel|>analysis<|message|>";
  harmony.reasoning_end = "<|end|>";
  harmony.answer_begin = "<|start|>assistant<|channel|>final<|message|>";
  harmony.has_calls = true;
  harmony.call.lead = "<|start|>assistant";
  harmony.call.call_begin = "<|channel|>commentary to=functions.";
  harmony.call.name_end = " <|constrain|>json<|message|>";
  harmony.call.other_begins = {"<|start|>assistant to=functions."};
  harmony.noise = {"<|start|>assistant", "<|channel|>final<|message|>", "<|channel|>commentary<|message|>",
                   "<|call|>", "<|return|>"};
  return harmony;
}

}  // namespace

base::Result<ProbedTemplate> probe_template(const Template& chat) {
  ProbedTemplate probed;
  TemplateManners& manners = probed.manners;
  manners.plain_content = chat.takes_plain_content();
  manners.thinking_field = chat.source().find("message.thinking") != std::string::npos;
  const auto plain = render(chat, {UserTurn{std::string(kQuestion)}}, manners);
  if (!plain || plain->find(kQuestion) == std::string::npos) {
    return base::fail(base::FailureKind::internal, "The model's chat template cannot be rendered.");
  }
  manners.system_first = takes_first_system_turn(chat, manners);
  manners.system_later = keeps_system_turn_in_place(chat, manners);
  if (is_harmony(chat.source())) {
    probed.syntax = harmony_syntax();
    manners.parallel_calls = false;
    return probed;
  }
  learn_reasoning(chat, manners, probed.syntax);
  learn_calls(chat, manners, probed.syntax);
  return probed;
}

}  // namespace trilogue::engine::llama
