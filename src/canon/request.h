// What a caller asks of a model, whatever the API it asked through. Parsed once at the edge: a Request that
// exists is within its ranges. JSON travels through as text (schemas, arguments) and is never read here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "canon/effort.h"

namespace trilogue::canon {

// ---- The conversation ----

struct SystemTurn {
  std::string text;
  friend bool operator==(const SystemTurn&, const SystemTurn&) = default;
};

struct UserTurn {
  std::string text;
  friend bool operator==(const UserTurn&, const UserTurn&) = default;
};

struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments;  // JSON text of an object, as the model wrote it
  friend bool operator==(const ToolCall&, const ToolCall&) = default;
};

struct AssistantTurn {
  std::string reasoning;  // empty when the client did not send it back
  std::string text;
  std::vector<ToolCall> calls;
  friend bool operator==(const AssistantTurn&, const AssistantTurn&) = default;
};

struct ToolResultTurn {
  std::string call_id;  // of a call in an earlier AssistantTurn
  std::string name;     // of the tool called, found by the id
  std::string text;
  friend bool operator==(const ToolResultTurn&, const ToolResultTurn&) = default;
};

using Turn = std::variant<SystemTurn, UserTurn, AssistantTurn, ToolResultTurn>;

// ---- Tools ----

struct Tool {
  std::string name;  // [A-Za-z0-9_-]{1,128}
  std::string description;
  std::string parameters;  // JSON Schema text of an object; "" when it takes none
  bool strict = false;     // a schema that cannot be compiled is the caller's fault
  friend bool operator==(const Tool&, const Tool&) = default;
};

enum class ToolUse { automatic, none, required };

struct ToolChoice {
  ToolUse use = ToolUse::automatic;
  std::string name;      // with `required`: this one and no other; empty: any
  bool parallel = true;  // several calls in one answer
  friend bool operator==(const ToolChoice&, const ToolChoice&) = default;
};

// ---- The shape of the answer ----

struct FreeText {
  friend bool operator==(const FreeText&, const FreeText&) = default;
};
struct JsonObject {
  friend bool operator==(const JsonObject&, const JsonObject&) = default;
};
struct JsonBySchema {
  std::string name;
  std::string schema;  // JSON Schema text
  bool strict = false;
  friend bool operator==(const JsonBySchema&, const JsonBySchema&) = default;
};
using AnswerFormat = std::variant<FreeText, JsonObject, JsonBySchema>;

// ---- How to choose tokens, and when to stop ----

struct Sampling {
  double temperature = 0.5;      // 0..2; 0 is greedy
  double top_p = 0.9;            // (0, 1]
  int top_k = 0;                 // 0..500; 0 is off
  double frequency_penalty = 0;  // -2..2, over generated tokens only
  double presence_penalty = 0;   // -2..2, over generated tokens only
  std::optional<std::uint32_t> seed;
  std::vector<std::pair<int, double>> logit_bias;  // token id, -100..100
  std::optional<int> logprobs;                     // when set, report them with this many alternatives, 0..20
  friend bool operator==(const Sampling&, const Sampling&) = default;
};

struct Limits {
  std::optional<int> max_tokens;        // reasoning included, ≥ 1; absent: what the context leaves
  int min_tokens = 0;                   // no end before this many
  bool ignore_eos = false;              // the model's own end is not taken
  std::vector<std::string> stop;        // never part of the output, not looked for in reasoning
  std::optional<int> reasoning_budget;  // tokens; caps the budget of the effort
  friend bool operator==(const Limits&, const Limits&) = default;
};

struct Request {
  std::string model;  // the name that was asked for
  std::vector<Turn> turns;
  std::vector<Tool> tools;
  ToolChoice tool_choice;
  AnswerFormat format;
  std::optional<Effort> effort;  // absent: the model's own default
  Sampling sampling;
  Limits limits;
  int choices = 1;  // independent answers to the same prompt
  // Prompts that begin alike share what was computed under the same salt only. Callers do not see it.
  std::string cache_salt{};
  // W3C Trace Context of what is asked for it, for an engine that asks others.
  std::string traceparent{};
  std::string tracestate{};
  friend bool operator==(const Request&, const Request&) = default;
};

}  // namespace trilogue::canon
