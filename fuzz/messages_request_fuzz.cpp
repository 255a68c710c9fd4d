// Whatever the parser of Messages accepts keeps the promises of canon/request.h, and written as a body again
// it is read as the same request; what it refuses, it refuses with a reason, and a count refuses nothing
// more.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "dialect/messages/request.h"
#include "wire/json_writer.h"

namespace canon = trilogue::canon;
namespace messages = trilogue::dialect::messages;
using trilogue::wire::JsonWriter;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct TurnWriter {
  JsonWriter& json;

  void operator()(const canon::SystemTurn& turn) const {
    json.begin_object().field("role", "system").field("content", turn.text).end_object();
  }
  void operator()(const canon::UserTurn& turn) const {
    json.begin_object().field("role", "user").field("content", turn.text).end_object();
  }
  void operator()(const canon::ToolResultTurn& turn) const {
    json.begin_object().field("role", "user").key("content").begin_array().begin_object();
    json.field("type", "tool_result").field("tool_use_id", turn.call_id).field("content", turn.text);
    json.end_object().end_array().end_object();
  }
  void operator()(const canon::AssistantTurn& turn) const {
    json.begin_object().field("role", "assistant").key("content").begin_array();
    if (!turn.reasoning.empty())
      json.begin_object().field("type", "thinking").field("thinking", turn.reasoning).end_object();
    if (!turn.text.empty()) json.begin_object().field("type", "text").field("text", turn.text).end_object();
    for (const auto& call : turn.calls) {
      json.begin_object().field("type", "tool_use").field("id", call.id).field("name", call.name);
      json.key("input").raw(call.arguments).end_object();
    }
    json.end_array().end_object();
  }
};

void write_tools(JsonWriter& json, const canon::Request& request) {
  json.key("tools").begin_array();
  for (const auto& tool : request.tools) {
    json.begin_object().field("name", tool.name).field("description", tool.description);
    json.key("input_schema").raw(tool.parameters).field("strict", tool.strict).end_object();
  }
  const canon::ToolChoice& choice = request.tool_choice;
  const char* type = !choice.name.empty()                     ? "tool"
                     : choice.use == canon::ToolUse::required ? "any"
                     : choice.use == canon::ToolUse::none     ? "none"
                                                              : "auto";
  json.end_array().key("tool_choice").begin_object().field("type", type);
  if (!choice.name.empty()) json.field("name", choice.name);
  json.field("disable_parallel_tool_use", !choice.parallel).end_object();
}

void write_thinking(JsonWriter& json, const messages::MessagesRequest& from) {
  const bool hidden = from.reply.thinking == messages::ThinkingView::hidden;
  if (hidden) return;
  json.key("thinking").begin_object().field("type", "enabled");
  if (const auto budget = from.request.limits.reasoning_budget) json.field("budget_tokens", *budget);
  const bool omitted = from.reply.thinking == messages::ThinkingView::omitted;
  json.field("display", omitted ? "omitted" : "summarized").end_object();
}

std::string written(const messages::MessagesRequest& from) {
  const canon::Request& request = from.request;
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("model", request.model).field("max_tokens", *request.limits.max_tokens);
  json.key("messages").begin_array();
  for (const auto& turn : request.turns) std::visit(TurnWriter{json}, turn);
  // A conversation may be system messages that say nothing: then there is no turn, but there was a message.
  if (request.turns.empty()) json.begin_object().field("role", "system").field("content", "").end_object();
  json.end_array();
  write_tools(json, request);
  json.field("temperature", request.sampling.temperature).field("top_p", request.sampling.top_p);
  json.field("top_k", request.sampling.top_k).field("stream", from.reply.stream);
  json.key("stop_sequences").begin_array();
  for (const auto& stop : request.limits.stop) json.value(stop);
  json.end_array().key("output_config").begin_object();
  if (request.effort) json.field("effort", trilogue::base::to_text(canon::kEffortNames, *request.effort));
  if (const auto* format = std::get_if<canon::JsonBySchema>(&request.format)) {
    json.key("format").begin_object().field("type", "json_schema").key("schema").raw(format->schema);
    json.end_object();
  }
  json.end_object();
  write_thinking(json, from);
  json.end_object();
  return out;
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

void check_turns(const canon::Request& request) {
  std::set<std::pair<std::string, std::string>> calls;
  for (const auto& turn : request.turns) {
    if (const auto* assistant = std::get_if<canon::AssistantTurn>(&turn)) {
      for (const auto& call : assistant->calls) {
        require(!call.id.empty() && is_name(call.name) && call.arguments.starts_with('{'));
        calls.emplace(call.id, call.name);
      }
    } else if (const auto* result = std::get_if<canon::ToolResultTurn>(&turn)) {
      require(calls.contains({result->call_id, result->name}));
    } else if (const auto* system = std::get_if<canon::SystemTurn>(&turn)) {
      require(!system->text.empty());
    }
  }
}

void check(const messages::MessagesRequest& read) {
  const canon::Request& request = read.request;
  require(!request.model.empty() && request.choices == 1);
  require(request.limits.max_tokens && *request.limits.max_tokens >= 1);
  require(request.limits.stop.size() <= 16);
  if (const auto budget = request.limits.reasoning_budget)
    require(*budget >= 1 && *budget < *request.limits.max_tokens);
  const canon::Sampling& sampling = request.sampling;
  require(sampling.temperature >= 0 && sampling.temperature <= 2);
  require(sampling.top_p > 0 && sampling.top_p <= 1 && sampling.top_k >= 0 && sampling.top_k <= 500);
  require(read.places.tools.size() == request.tools.size());
  require(std::is_sorted(read.places.tools.begin(), read.places.tools.end()));
  for (const auto& tool : request.tools) require(is_name(tool.name) && tool.parameters.starts_with('{'));
  const std::string& chosen = request.tool_choice.name;
  require(chosen.empty() || std::any_of(request.tools.begin(), request.tools.end(),
                                        [&](const auto& tool) { return tool.name == chosen; }));
  check_turns(request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto read = messages::parse(body);
  if (!read) {
    require(!read.error().message.empty());
    return 0;
  }
  check(*read);
  auto again = messages::parse(written(*read));
  require(again.has_value());
  again->places = read->places;
  require(*again == *read);
  const auto counted = messages::parse_count(body);
  require(counted && *counted == *read);
  return 0;
}
