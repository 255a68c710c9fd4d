#include "engine/llama/template_calls.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace trilogue::engine::llama {
namespace {

using canon::AssistantTurn;
using canon::ToolCall;
using canon::Turn;
using canon::UserTurn;
using syntax::ArgumentStyle;
using syntax::CallSyntax;

constexpr std::string_view kQuestion = "Qzqz question";
constexpr std::string_view kAnswer = "Rzrz answer";
constexpr std::string_view kName[] = {"fzfz_one", "fzfz_two"};
constexpr std::string_view kKey[] = {"kzkz_one", "kzkz_two"};
constexpr std::string_view kValue[] = {"vzvz_one", "vzvz_two"};
constexpr std::string_view kId[] = {"izizizone", "izizizizi"};  // nine letters: the strictest form

ToolCall sample_call(int which) {
  std::string arguments = "{\"" + std::string(kKey[0]) + "\":\"" + std::string(kValue[0]) + "\",\"" +
                          std::string(kKey[1]) + "\":\"" + std::string(kValue[1]) + "\"}";
  return {
      .id = std::string(kId[which]), .name = std::string(kName[which]), .arguments = std::move(arguments)};
}

std::string sample_tools(const MarkerGuard& guard) {
  std::vector<canon::Tool> tools;
  for (const std::string_view name : kName) {
    tools.push_back({.name = std::string(name),
                     .description = "d",
                     .parameters =
                         R"({"type":"object","properties":{"kzkz_one":{"type":"string","description":"d"},)"
                         R"("kzkz_two":{"type":"string","description":"d"}}})",
                     .strict = false});
  }
  return tools_json(tools, guard).value();
}

// What the template writes behind the question.
std::optional<std::string> rendered_answer(const Template& chat, const TemplateManners& manners,
                                           AssistantTurn answer) {
  const MarkerGuard guard{{}};
  const std::vector<Turn> turns{UserTurn{std::string(kQuestion)}, std::move(answer)};
  const auto text = chat.render(R"({"messages":)" + messages_json(turns, manners, guard) + R"(,"tools":)" +
                                sample_tools(guard) + "}");
  const std::size_t at = text ? text->rfind(kQuestion) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  return text->substr(at + kQuestion.size());
}

std::optional<std::string> rendered_calls(const Template& chat, const TemplateManners& manners, int count) {
  AssistantTurn answer;
  for (int i = 0; i < count; ++i) answer.calls.push_back(sample_call(i));
  return rendered_answer(chat, manners, std::move(answer));
}

bool opens(char c) {
  return c == '<' || c == '[' || c == '{';
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  return static_cast<std::size_t>(end - a.rbegin());
}

// The longest common end of both that begins with a tag or an object.
std::string_view common_tail(std::string_view a, std::string_view b) {
  const std::string_view tail = a.substr(a.size() - common_suffix(a, b));
  const auto opener = std::find_if(tail.begin(), tail.end(), opens);
  return tail.substr(static_cast<std::size_t>(opener - tail.begin()));
}

// The longest common beginning of both that does not end inside a tag.
std::string_view common_head(std::string_view a, std::string_view b) {
  const std::string_view head = a.substr(0, common_prefix(a, b));
  const std::size_t opener = head.find_last_of('<');
  if (opener == std::string_view::npos || head.find('>', opener) != std::string_view::npos) return head;
  return head.substr(0, opener);
}

std::string_view between(std::string_view text, std::size_t from, std::size_t to) {
  return text.substr(from, to - from);
}

std::size_t end_of(std::string_view text, std::string_view word, std::size_t from) {
  const std::size_t at = text.find(word, from);
  return at == std::string_view::npos ? at : at + word.size();
}

// Some templates write the call's id behind the arguments, as `, "id": "…"`; models may leave it out.
std::string without_id(std::string text) {
  for (const std::string_view id : kId) {
    const std::size_t at = text.find(id);
    if (at == std::string::npos) continue;
    const std::size_t comma = text.rfind(',', at);
    const std::size_t quote = text.find('"', at);
    if (comma == std::string::npos || quote == std::string::npos) continue;
    text.erase(comma, quote + 1 - comma);
  }
  return text;
}

bool holds_sample(std::string_view marker) {
  return marker.find("zkz_") != std::string_view::npos || marker.find("zfz_") != std::string_view::npos ||
         marker.find("iziz") != std::string_view::npos || marker.find('\\') != std::string_view::npos;
}

// Where things stand in what a template wrote for calls.
struct Places {
  std::size_t name = 0;
  std::size_t name_end = 0;
  std::size_t arguments_end = 0;
};

class CallLearner {
 public:
  // `one`, `two`: rendered answers with so many calls, cut to what a model writes.
  CallLearner(std::string_view one, std::optional<std::string> two) : one_(one), two_(std::move(two)) {}

  std::optional<CallSyntax> learn() {
    const std::size_t name = one_.find(kName[0]);
    if (name == std::string_view::npos) return std::nullopt;
    const std::size_t name_end = name + kName[0].size();
    const std::size_t key = one_.find(kKey[0], name_end);
    const std::size_t value = key == std::string_view::npos ? key : one_.find(kValue[0], key);
    if (value == std::string_view::npos) return std::nullopt;
    const std::string_view joint = between(one_, key + kKey[0].size(), value);
    const bool json = joint.find(':') != std::string_view::npos && joint.find('"') != std::string_view::npos;
    const bool good = json ? learn_json(name_end) : learn_tags(name_end);
    if (!good || !learn_frame(name)) return std::nullopt;
    for (const std::string* marker :
         {&call_.section_begin, &call_.call_begin, &call_.name_end, &call_.call_end, &call_.between,
          &call_.section_end, &call_.parameter_begin}) {
      if (holds_sample(*marker)) return std::nullopt;
    }
    return call_;
  }

 private:
  // The arguments end behind the brace that follows the last value.
  std::size_t arguments_end(std::string_view text, std::size_t from) const {
    const std::size_t value_end = end_of(text, kValue[1], from);
    if (value_end == std::string_view::npos) return value_end;
    if (call_.style == ArgumentStyle::tagged_values) return value_end + call_.parameter_end.size();
    const std::size_t brace = text.find('}', value_end);
    return brace == std::string_view::npos ? brace : brace + 1;
  }

  bool learn_json(std::size_t name_end) {
    call_.style = ArgumentStyle::json;
    const std::size_t key = one_.find(kKey[0], name_end);
    const std::size_t brace = one_.rfind('{', key);
    if (brace == std::string_view::npos || brace < name_end) return false;
    call_.name_end = between(one_, name_end, brace);
    return true;
  }

  bool learn_tags(std::size_t name_end) {
    call_.style = ArgumentStyle::tagged_values;
    const std::size_t key = one_.find(kKey[0], name_end);
    const std::size_t value = one_.find(kValue[0], key);
    const std::size_t value_end = value + kValue[0].size();
    const std::size_t next_key = one_.find(kKey[1], value_end);
    if (next_key == std::string_view::npos) return false;
    const std::string_view before_first = between(one_, name_end, key);
    const std::string_view before_second = between(one_, value_end, next_key);
    call_.parameter_begin = common_tail(before_first, before_second);
    if (call_.parameter_begin.empty()) return false;
    call_.name_end = before_first.substr(0, before_first.size() - call_.parameter_begin.size());
    call_.parameter_end = before_second.substr(0, before_second.size() - call_.parameter_begin.size());
    call_.parameter_name_end = between(one_, key + kKey[0].size(), value);
    return !call_.parameter_name_end.empty() && !call_.parameter_end.empty();
  }

  // What stands around calls: the same beginning before both, and different ends.
  bool learn_frame(std::size_t name) {
    const std::size_t end = arguments_end(one_, name);
    if (end == std::string_view::npos) return false;
    const std::string_view before = one_.substr(0, name);
    const std::string after = without_id(std::string(one_.substr(end)));
    call_.call_begin = before;
    call_.call_end = after;
    if (!two_) return !call_.call_begin.empty();
    const std::string_view two = *two_;
    const std::size_t first_end = arguments_end(two, two.find(kName[0]));
    const std::size_t second = two.find(kName[1]);
    if (first_end == std::string_view::npos || second == std::string_view::npos || second < first_end)
      return false;
    const std::string joint = without_id(std::string(between(two, first_end, second)));
    call_.call_begin = joint.ends_with(before) ? before : common_tail(before, joint);
    call_.section_begin = before.substr(0, before.size() - call_.call_begin.size());
    const std::string_view ending = std::string_view(joint).substr(0, joint.size() - call_.call_begin.size());
    call_.call_end = common_head(ending, after);
    call_.between = ending.substr(call_.call_end.size());
    call_.section_end = std::string_view(after).substr(call_.call_end.size());
    return !(call_.call_begin + call_.section_begin).empty();
  }

  std::string_view one_;
  std::optional<std::string> two_;
  CallSyntax call_;
};

// The form in which many models without a form of their own have seen calls written.
CallSyntax plain_form() {
  CallSyntax call;
  call.call_begin = "<tool_call>\n{\"name\": \"";
  call.name_end = "\", \"arguments\": ";
  call.call_end = "}\n</tool_call>";
  call.between = "\n";
  return call;
}

std::optional<CallSyntax> learn_from(const Template& chat, TemplateManners& manners) {
  const auto text =
      rendered_answer(chat, manners, {.reasoning = {}, .text = std::string(kAnswer), .calls = {}});
  const auto one = rendered_calls(chat, manners, 1);
  if (!text || !one) return std::nullopt;
  const std::size_t answer = text->find(kAnswer);
  if (answer == std::string::npos) return std::nullopt;
  const std::string_view before = std::string_view(*text).substr(0, answer);
  const std::string_view after = std::string_view(*text).substr(answer + kAnswer.size());
  const auto cut = [&](std::string_view rendered) {
    rendered.remove_prefix(common_prefix(rendered, before));
    rendered.remove_suffix(common_suffix(rendered, after));
    return std::string(rendered);
  };
  auto two = rendered_calls(chat, manners, 2);
  if (two && two->find(kName[1]) == std::string::npos) two.reset();  // it writes the first and drops the rest
  if (two) two = cut(*two);
  manners.parallel_calls = two.has_value();
  return CallLearner(cut(*one), std::move(two)).learn();
}

bool keeps_text_beside_calls(const Template& chat, const TemplateManners& manners) {
  const AssistantTurn both{.reasoning = {}, .text = std::string(kAnswer), .calls = {sample_call(0)}};
  const auto text = rendered_answer(chat, manners, both);
  return text && text->find(kAnswer) != std::string::npos && text->find(kName[0]) != std::string::npos;
}

// Whether the ids that Trilogue gives to calls make the template refuse.
bool wants_short_ids(const Template& chat, const TemplateManners& manners) {
  AssistantTurn answer;
  answer.calls.push_back(sample_call(0));
  answer.calls[0].id = "call_0123456789abcdefghijkl";
  return !rendered_answer(chat, manners, answer) && rendered_calls(chat, manners, 1);
}

bool lists_tools(const Template& chat, const TemplateManners& manners) {
  const MarkerGuard guard{{}};
  const std::vector<Turn> turns{UserTurn{std::string(kQuestion)}};
  const auto text = chat.render(R"({"messages":)" + messages_json(turns, manners, guard) + R"(,"tools":)" +
                                sample_tools(guard) + R"(,"add_generation_prompt":true})");
  return text && text->find(kName[0]) != std::string::npos;
}

}  // namespace

void learn_calls(const Template& chat, TemplateManners& manners, syntax::OutputSyntax& learned) {
  learned.has_calls = true;
  const auto own = learn_from(chat, manners);
  manners.writes_calls = own.has_value();
  manners.lists_tools = own && lists_tools(chat, manners);
  learned.call = own ? *own : plain_form();
  manners.text_beside_calls = !own || keeps_text_beside_calls(chat, manners);
  manners.short_call_ids = own && wants_short_ids(chat, manners);
  if (!own) manners.parallel_calls = true;
}

}  // namespace trilogue::engine::llama
