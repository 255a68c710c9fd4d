// How a Responses answer is to be written, beside what the model is asked for: what the request switches on,
// what every response object repeats of it, and what stands at its head. Values; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"

namespace trilogue::dialect::responses {

// Where the text of the reasoning is shown.
enum class ReasoningStyle {
  documented,  // streamed as response.reasoning_part.* and reasoning_text.*; the item holds none of it
  summary,     // streamed as response.reasoning_summary_*; the item's `summary` holds it
  content,     // streamed as response.content_part.* and reasoning_text.*; the item's `content` holds it
};

struct Options {
  bool stream = false;
  bool store = true;
  bool background = false;
  bool include_encrypted_reasoning = false;  // the item's `encrypted_content` carries the reasoning
  bool logprobs = false;                     // for each token of the text
  // `summary` when the request asks for one with `reasoning.summary`; whoever serves it may set another.
  // The stream helper of the openai package throws at response.reasoning_part.*, which it does not know
  // (6.49, seen): it says who it is by the header `x-stainless-helper-method: stream`, and reads `content`.
  ReasoningStyle reasoning = ReasoningStyle::documented;
  friend bool operator==(const Options&, const Options&) = default;
};

// What a response object repeats of the request. JSON texts are written out as they are.
struct Echo {
  std::optional<std::string> instructions;
  std::optional<std::string> previous_response_id;
  std::optional<std::string> user;
  std::optional<std::string> safety_identifier;
  std::optional<std::string> prompt_cache_key;
  std::optional<std::string> summary;          // of the reasoning: auto, concise, detailed
  std::string effort = "medium";               // whoever serves it sets what the model does without one …
  bool effort_asked = false;                   // … unless the request asked for this one
  std::optional<long long> max_output_tokens;  // as asked for
  std::optional<long long> max_tool_calls;
  double temperature = 1;
  double top_p = 1;
  double frequency_penalty = 0;
  double presence_penalty = 0;
  int top_logprobs = 0;
  bool parallel_tool_calls = true;
  std::string truncation = "disabled";
  std::string text = R"({"format":{"type":"text"}})";  // JSON
  std::string tool_choice = R"("auto")";               // JSON
  std::string tools = "[]";                            // JSON, as they were sent
  std::string metadata = "{}";                         // JSON
  friend bool operator==(const Echo&, const Echo&) = default;
};

// A tool that the model is shown, and what the caller calls it: tools of a `namespace` are shown flattened,
// `custom` ones as functions. One for each of canon::Request::tools, in their order.
struct OfferedTool {
  std::string offered;     // the name that the model sees
  std::string name;        // the caller's
  std::string name_space;  // the caller's; empty: none
  bool custom = false;     // called with a text instead of an object
  std::string path;        // where it stands in the request: `tools[3].tools[0]`
  friend bool operator==(const OfferedTool&, const OfferedTool&) = default;
};

// Makes an id that begins with the prefix: `msg_` → `msg_0123…`. Unguessable and never the same twice.
using IdMaker = std::function<std::string(std::string_view prefix)>;

// Ids of 32 hex digits behind their prefix, of which the first 16 are the same for all that it makes: by them
// the store finds the response that an item belongs to. They begin with the time in milliseconds, so that
// what is stored together stands together in the store's index; 84 bits are drawn. `random` must outlive it.
inline IdMaker ids_from(base::Random& random, std::int64_t milliseconds) {
  constexpr std::size_t kTimeDigits = 11;
  std::string family(kTimeDigits, '0');
  for (auto digit = family.rbegin(); digit != family.rend(); ++digit, milliseconds >>= 4)
    *digit = base::kLowerHex[static_cast<std::size_t>(milliseconds & 15)];
  family += random.text(base::kLowerHex, 16 - kTimeDigits);
  return [&random, family = std::move(family)](std::string_view prefix) {
    std::string id;
    id.reserve(prefix.size() + 32);
    id.append(prefix).append(family).append(random.text(base::kLowerHex, 16));
    return id;
  };
}

// What stands at the head of every response object, and what makes what it needs on the way.
struct ReplyContext {
  std::string id;            // `resp_…`
  long long created_at = 0;  // seconds since 1970
  std::string model;         // the name that was asked for
  IdMaker ids;               // for items
  base::WallClock clock;     // for completed_at
};

}  // namespace trilogue::dialect::responses
