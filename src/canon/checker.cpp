#include "canon/checker.h"

#include <string_view>

namespace trilogue::canon {

namespace {

// Enough to see a character that was split: each lead byte has all its continuations, none stands alone.
bool whole_characters(std::string_view text) {
  int missing = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continuation = (byte & 0xC0) == 0x80;
    if (continuation != (missing > 0)) return false;
    if (continuation) {
      --missing;
    } else {
      missing = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0;
    }
  }
  return missing == 0;
}

}  // namespace

std::optional<std::string> Checker::on(const Event& event) {
  if (event.choice < 0 || event.choice >= static_cast<int>(choices_.size())) return "no such choice";
  Choice& choice = choices_[static_cast<std::size_t>(event.choice)];
  if (choice.stage == Stage::over) return "an event after the end of its choice";
  const bool starts = std::holds_alternative<Started>(event.what);
  if (choice.stage == Stage::fresh && !starts) return "an event before Started";
  if (choice.stage != Stage::fresh && starts) return "a second Started";
  return std::visit([&](const auto& what) { return take(choice, what); }, event.what);
}

std::optional<std::string> Checker::end() const {
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (choices_[i].stage != Stage::over) return "choice " + std::to_string(i) + " has no end";
  }
  return std::nullopt;
}

Checker::Violation Checker::take(Choice& choice, const Started& started) {
  if (started.cached_tokens < 0 || started.cached_tokens > started.prompt_tokens) {
    return "more cached tokens than the prompt has";
  }
  choice.started = started;
  choice.stage = Stage::between;
  return std::nullopt;
}

Checker::Violation Checker::take(Choice& choice, const BlockOpened& opened) {
  if (choice.stage == Stage::inside) return "a block opened inside another";
  if (choice.cut) return "a block after the one that was cut off";
  const bool call = opened.kind == BlockKind::call;
  if (choice.last && (call ? opened.kind < *choice.last : opened.kind <= *choice.last)) {
    return "blocks out of order: reasoning, then text, then calls, only calls more than once";
  }
  choice.last = opened.kind;
  choice.stage = Stage::inside;
  if (call) return take_call(choice, opened);
  if (!opened.call_id.empty() || !opened.name.empty()) return "a name on a block that is no call";
  return std::nullopt;
}

Checker::Violation Checker::take_call(Choice& choice, const BlockOpened& opened) {
  ++choice.calls;
  if (opened.name.empty()) return "a call without the name of its tool";
  if (opened.call_id.empty()) return "a call without an id";
  if (!call_ids_.insert(opened.call_id).second) return "two calls with one id";
  return std::nullopt;
}

Checker::Violation Checker::take(Choice& choice, const Delta& delta) {
  if (choice.stage != Stage::inside) return "text outside a block";
  if (!whole_characters(delta.text)) return "a character split between two pieces";
  if (delta.output_tokens < choice.output) return "fewer output tokens than before";
  if (delta.reasoning_tokens < choice.reasoning) return "fewer reasoning tokens than before";
  if (delta.reasoning_tokens > delta.output_tokens) return "more reasoning tokens than output tokens";
  choice.output = delta.output_tokens;
  choice.reasoning = delta.reasoning_tokens;
  return std::nullopt;
}

Checker::Violation Checker::take(Choice& choice, const BlockClosed& closed) {
  if (choice.stage != Stage::inside) return "a block closed that was not open";
  choice.stage = Stage::between;
  choice.cut = closed.cut;
  return std::nullopt;
}

Checker::Violation Checker::check_usage(const Choice& choice, const Usage& usage) const {
  // A remote server may tell the size of the prompt only at the end.
  const bool prompt_known = choice.started.prompt_tokens != 0;
  if (prompt_known && usage.prompt_tokens != choice.started.prompt_tokens)
    return "another prompt than at the start";
  if (prompt_known && usage.cached_tokens != choice.started.cached_tokens)
    return "another cache than at the start";
  if (usage.output_tokens < choice.output) return "fewer output tokens than before";
  if (usage.reasoning_tokens < choice.reasoning) return "fewer reasoning tokens than before";
  if (usage.reasoning_tokens > usage.output_tokens) return "more reasoning tokens than output tokens";
  return std::nullopt;
}

Checker::Violation Checker::take(Choice& choice, const Finished& finished) {
  if (choice.stage == Stage::inside) return "the end inside an open block";
  choice.stage = Stage::over;
  if (choice.cut && finished.reason != StopReason::token_limit) return "a block cut off by no limit";
  if (finished.reason == StopReason::tool_calls && choice.calls == 0)
    return "tool calls as the reason, but none";
  if ((finished.reason == StopReason::stop_string) == finished.stop_string.empty()) {
    return "a stop string goes with its reason and no other";
  }
  return check_usage(choice, finished.usage);
}

Checker::Violation Checker::take(Choice& choice, const Failed& failed) {
  if (choice.stage == Stage::inside) return "the end inside an open block";
  choice.stage = Stage::over;
  if (failed.failure.message.empty()) return "a failure that says nothing";
  return check_usage(choice, failed.usage);
}

std::optional<std::string> first_violation(const std::vector<Event>& events, int choices) {
  Checker checker(choices);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (auto violation = checker.on(events[i])) return "event " + std::to_string(i) + ": " + *violation;
  }
  return checker.end();
}

}  // namespace trilogue::canon
