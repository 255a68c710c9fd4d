#include "engine/llama/template_input.h"

#include <algorithm>
#include <cstdint>

#include "wire/json.h"
#include "wire/json_writer.h"

namespace trilogue::engine::llama {
namespace {

using canon::AssistantTurn;
using canon::SystemTurn;
using canon::ToolCall;
using canon::ToolResultTurn;
using canon::Turn;
using canon::UserTurn;

// The mark tells the model that these words are not the user's.
std::string marked_system(const std::string& text) {
  return "[System message]\n" + text + "\n[End of system message]\n\n";
}

// Nine letters and digits that follow from the id alone: the same call has the same id in every prompt.
std::string short_id(std::string_view id) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string text;
  for (int i = 0; i < 9; ++i) {
    text += kLetters[hash % kLetters.size()];
    hash /= kLetters.size();
  }
  return text;
}

class MessageWriter {
 public:
  MessageWriter(const TemplateManners& manners, const MarkerGuard& guard, std::string preamble)
      : manners_(manners), guard_(guard), preamble_(std::move(preamble)) {}

  void write(const Turn& turn) {
    json_.begin_object();
    std::visit([this](const auto& one) { write_turn(one); }, turn);
    json_.end_object();
  }
  void begin() { json_.begin_array(); }
  std::string end() {
    json_.end_array();
    return std::move(out_);
  }

 private:
  void write_turn(const SystemTurn& turn) { json_.field("role", "system"), content(turn.text); }
  void write_turn(const UserTurn& turn) { json_.field("role", "user"), content(turn.text); }

  void write_turn(const AssistantTurn& turn) {
    json_.field("role", "assistant");
    if (manners_.thinking_field && !turn.calls.empty()) {
      // Such a template refuses content beside reasoning here: what was said becomes part of what was
      // thought.
      const bool both = !turn.reasoning.empty() && !turn.text.empty();
      const std::string thought = turn.reasoning + (both ? "\n\n" : "") + turn.text;
      if (!thought.empty()) json_.field("thinking", guard_.defuse(thought));
    } else {
      content(turn.text);
      reasoning(turn.reasoning);
    }
    if (turn.calls.empty()) return;
    json_.key("tool_calls").begin_array();
    for (const ToolCall& call : turn.calls) write_call(call);
    json_.end_array();
  }

  void write_turn(const ToolResultTurn& turn) {
    json_.field("role", "tool")
        .field("tool_call_id", call_id(turn.call_id))
        .field("name", guard_.defuse(turn.name));
    content(turn.text);
  }

  void reasoning(const std::string& text) {
    if (text.empty()) return;
    const std::string safe = guard_.defuse(text);
    json_.field("reasoning_content", safe);
    if (manners_.thinking_field) json_.field("thinking", safe);
  }

  void content(const std::string& text) {
    json_.key("content");
    const std::string safe = std::exchange(preamble_, {}) + guard_.defuse(text);
    if (manners_.plain_content) {
      json_.value(safe);
      return;
    }
    json_.begin_array().begin_object().field("type", "text").field("text", safe).end_object().end_array();
  }

  void write_call(const ToolCall& call) {
    json_.begin_object()
        .field("id", call_id(call.id))
        .field("type", "function")
        .key("function")
        .begin_object();
    json_.field("name", guard_.defuse(call.name)).key("arguments");
    const auto document = wire::Document::parse(call.arguments.empty() ? "{}" : call.arguments);
    if (document && document->root().kind() == wire::Kind::object) {
      json_.raw(guard_.defuse_json(document->root()));
    } else {
      // A call that was cut: templates take objects only.
      json_.begin_object().field("arguments", guard_.defuse(call.arguments)).end_object();
    }
    json_.end_object().end_object();
  }

  std::string call_id(const std::string& id) const {
    return guard_.defuse(manners_.short_call_ids ? short_id(id) : id);
  }

  const TemplateManners& manners_;
  const MarkerGuard& guard_;
  std::string preamble_;
  std::string out_;
  wire::JsonWriter json_{out_};
};

// Each call followed by its own result.
void append_apart(const AssistantTurn& turn, std::vector<Turn>& results, std::vector<Turn>& arranged) {
  for (std::size_t i = 0; i < turn.calls.size(); ++i) {
    AssistantTurn one{
        .reasoning = i == 0 ? turn.reasoning : "", .text = i == 0 ? turn.text : "", .calls = {turn.calls[i]}};
    arranged.emplace_back(std::move(one));
    const auto answers = [&id = turn.calls[i].id](const Turn& result) {
      return std::get<ToolResultTurn>(result).call_id == id;
    };
    const auto result = std::find_if(results.begin(), results.end(), answers);
    if (result == results.end()) continue;
    arranged.push_back(std::move(*result));
    results.erase(result);
  }
}

std::vector<Turn> calls_apart(const std::vector<Turn>& turns) {
  std::vector<Turn> arranged;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const auto* assistant = std::get_if<AssistantTurn>(&turns[i]);
    if (assistant == nullptr || assistant->calls.size() < 2) {
      arranged.push_back(turns[i]);
      continue;
    }
    std::vector<Turn> results;
    while (i + 1 < turns.size() && std::holds_alternative<ToolResultTurn>(turns[i + 1]))
      results.push_back(turns[++i]);
    append_apart(*assistant, results, arranged);
    arranged.insert(arranged.end(), results.begin(), results.end());
  }
  return arranged;
}

std::vector<Turn> text_apart(const std::vector<Turn>& turns) {
  std::vector<Turn> arranged;
  for (const Turn& turn : turns) {
    arranged.push_back(turn);
    auto* assistant = std::get_if<AssistantTurn>(&arranged.back());
    if (assistant == nullptr || assistant->calls.empty() || assistant->text.empty()) continue;
    AssistantTurn calls{.reasoning = {}, .text = {}, .calls = std::exchange(assistant->calls, {})};
    arranged.emplace_back(std::move(calls));
  }
  return arranged;
}

}  // namespace

std::vector<Turn> arranged_turns(const std::vector<Turn>& turns, const TemplateManners& manners) {
  std::vector<Turn> arranged;
  std::string waiting;  // system texts for the next user turn
  for (const Turn& turn : turns) {
    if (const auto* system = std::get_if<SystemTurn>(&turn)) {
      auto* first = arranged.size() == 1 ? std::get_if<SystemTurn>(&arranged.front()) : nullptr;
      const bool leading = arranged.empty() && waiting.empty();
      if (first != nullptr) {
        first->text += "\n\n" + system->text;
      } else if (leading ? manners.system_first : manners.system_later) {
        arranged.push_back(turn);
      } else {
        waiting += leading ? system->text + "\n\n" : marked_system(system->text);
      }
      continue;
    }
    arranged.push_back(turn);
    auto* user = std::get_if<UserTurn>(&arranged.back());
    if (user != nullptr) user->text.insert(0, std::exchange(waiting, {}));
  }
  if (!waiting.empty()) arranged.emplace_back(UserTurn{waiting});
  if (!manners.parallel_calls) arranged = calls_apart(arranged);
  return manners.text_beside_calls ? arranged : text_apart(arranged);
}

std::vector<Turn> alternating_turns(const std::vector<Turn>& turns) {
  std::vector<Turn> joined;
  for (const Turn& turn : turns) {
    const auto* user = std::get_if<UserTurn>(&turn);
    auto* last = joined.empty() ? nullptr : std::get_if<UserTurn>(&joined.back());
    if (user != nullptr && last != nullptr) {
      last->text += "\n\n" + user->text;
    } else {
      const bool after_result = !joined.empty() && std::holds_alternative<ToolResultTurn>(joined.back());
      if (user != nullptr && after_result) joined.emplace_back(AssistantTurn{});
      joined.push_back(turn);
    }
  }
  return joined;
}

std::vector<Turn> turns_without_calls(const std::vector<Turn>& turns, const syntax::CallSyntax& call) {
  std::vector<Turn> plain;
  for (const Turn& turn : turns) {
    if (const auto* result = std::get_if<ToolResultTurn>(&turn)) {
      plain.emplace_back(UserTurn{"Result of " + result->name + ":\n" + result->text});
      continue;
    }
    plain.push_back(turn);
    auto* assistant = std::get_if<AssistantTurn>(&plain.back());
    if (assistant == nullptr) continue;
    for (const ToolCall& one : assistant->calls) {
      assistant->text += (assistant->text.empty() ? "" : "\n") + call.call_begin + one.name + call.name_end +
                         (one.arguments.empty() ? "{}" : one.arguments) + call.call_end;
    }
    assistant->calls.clear();
  }
  return plain;
}

std::string messages_json(const std::vector<Turn>& turns, const TemplateManners& manners,
                          const MarkerGuard& guard, const std::string& preamble) {
  MessageWriter writer(manners, guard, preamble);
  writer.begin();
  for (const Turn& turn : turns) writer.write(turn);
  return writer.end();
}

base::Result<std::string> tools_json(const std::vector<canon::Tool>& tools, const MarkerGuard& guard) {
  std::string out;
  wire::JsonWriter json(out);
  json.begin_array();
  for (std::size_t i = 0; i < tools.size(); ++i) {
    const canon::Tool& tool = tools[i];
    const auto schema = wire::Document::parse(tool.parameters.empty() ? R"({"type":"object","properties":{}})"
                                                                      : tool.parameters);
    if (!schema || schema->root().kind() != wire::Kind::object) {
      return base::invalid("tools[" + std::to_string(i) + "].parameters",
                           "This must be a JSON Schema object.");
    }
    json.begin_object().field("type", "function").key("function").begin_object();
    json.field("name", guard.defuse(tool.name)).field("description", guard.defuse(tool.description));
    json.key("parameters").raw(guard.defuse_json(schema->root())).end_object().end_object();
  }
  json.end_array();
  return out;
}

}  // namespace trilogue::engine::llama
