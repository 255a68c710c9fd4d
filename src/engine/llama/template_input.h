// A conversation as the JSON text that chat templates read, every string of the caller defused. What a
// template cannot take as it is (turns of a kind, ids of a form) is arranged so that it can. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "canon/request.h"
#include "engine/llama/marker_guard.h"
#include "engine/syntax/output_syntax.h"

namespace trilogue::engine::llama {

// What a template can take, found out by trying (template_probe.h).
struct TemplateManners {
  bool system_first = true;       // a system turn at the beginning
  bool system_later = true;       // a system turn in mid-conversation, left in its place
  bool plain_content = true;      // text as a string, not as a list of parts
  bool parallel_calls = true;     // several calls in one assistant turn
  bool text_beside_calls = true;  // text and calls in one assistant turn
  bool short_call_ids = false;    // ids of calls are nine letters and digits, nothing else
  bool thinking_field = false;    // reasoning is read from `thinking`, and never beside content and calls
  bool writes_calls = true;  // else calls and their results are written into text, in the form of the syntax
  bool lists_tools = true;   // else the prompt writer describes them
};

// The turns rearranged: leading system turns joined; those in mid-conversation, and the leading one, moved
// into the next user turn where the template wants it so; calls apart where it takes one at a time.
std::vector<canon::Turn> arranged_turns(const std::vector<canon::Turn>& turns,
                                        const TemplateManners& manners);

// Two user turns in a row made one, and an empty answer between a tool's result and a user's turn, for
// templates that insist on alternation.
std::vector<canon::Turn> alternating_turns(const std::vector<canon::Turn>& turns);

// Calls and their results as text, for a template that knows neither. The markers are those of `call`.
std::vector<canon::Turn> turns_without_calls(const std::vector<canon::Turn>& turns,
                                             const syntax::CallSyntax& call);

// The JSON text of the list of messages. `preamble` is ours, not a caller's: it may hold markers, and stands
// before the text of the first turn.
std::string messages_json(const std::vector<canon::Turn>& turns, const TemplateManners& manners,
                          const MarkerGuard& guard, const std::string& preamble = {});

// The JSON text of the list of tools. Failure: invalid_request at `tools[i].parameters`.
base::Result<std::string> tools_json(const std::vector<canon::Tool>& tools, const MarkerGuard& guard);

}  // namespace trilogue::engine::llama
