#include "dialect/chat/reply.h"

#include <utility>

#include "dialect/chat/finish.h"
#include "dialect/chat/logprobs.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::chat {

ReplyFold::ReplyFold(ReplyContext context, ReplyOptions options, int choices)
    : context_(std::move(context)),
      options_(options),
      tally_(choices),
      choices_(static_cast<std::size_t>(choices)),
      running_(choices) {}

void ReplyFold::on(const canon::Event& event) {
  if (complete()) return;
  std::visit([&](const auto& what) { take(event.choice, what); }, event.what);
}

void ReplyFold::take(int choice, const canon::Started& started) {
  tally_.on(choice, started);
}

void ReplyFold::take(int index, const canon::BlockOpened& opened) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  choice.open = opened.kind;
  if (opened.kind == canon::BlockKind::call) choice.calls.push_back({opened.call_id, opened.name, {}});
}

void ReplyFold::take(int index, const canon::Delta& delta) {
  tally_.on(index, delta);
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  switch (choice.open) {
    case canon::BlockKind::reasoning:
      choice.reasoning += delta.text;
      return;
    case canon::BlockKind::call:
      choice.calls.back().arguments += delta.text;
      return;
    case canon::BlockKind::text:
      break;
  }
  choice.text += delta.text;
  if (options_.logprobs) {
    choice.logprobs.insert(choice.logprobs.end(), delta.logprobs.begin(), delta.logprobs.end());
  }
}

void ReplyFold::take(int index, const canon::BlockClosed& closed) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  if (choice.open != canon::BlockKind::call || closed.cut) return;
  std::string& arguments = choice.calls.back().arguments;
  if (arguments.empty()) arguments = "{}";  // clients parse it, whatever the model left out
}

void ReplyFold::take(int index, const canon::Finished& finished) {
  tally_.on(index, finished);
  choices_[static_cast<std::size_t>(index)].reason = finished.reason;
  --running_;
}

void ReplyFold::take(int index, const canon::Failed& failed) {
  tally_.on(index, failed);
  failure_ = failed.failure;
}

void ReplyFold::append_message(std::string& out, const Choice& choice) const {
  wire::JsonWriter json(out);
  json.begin_object().field("role", "assistant").field("content", choice.text);
  if (!choice.reasoning.empty()) {
    const bool general = options_.reasoning_format == ReasoningFormat::general;
    json.field(general ? "reasoning" : "reasoning_content", choice.reasoning);
  }
  if (!choice.calls.empty()) {
    json.key("tool_calls").begin_array();
    for (const Call& call : choice.calls) {
      json.begin_object().field("id", call.id).field("type", "function").key("function");
      json.begin_object()
          .field("name", call.name)
          .field("arguments", call.arguments)
          .end_object()
          .end_object();
    }
    json.end_array();
  }
  json.end_object();
}

void ReplyFold::append_choice(std::string& out, std::size_t index) const {
  const Choice& choice = choices_[index];
  out += R"({"index":)" + std::to_string(index) + R"(,"message":)";
  append_message(out, choice);
  if (options_.logprobs) {
    out += R"(,"logprobs":)";
    append_logprobs(out, choice.logprobs);
  }
  out += R"(,"finish_reason":")";
  out += finish_reason(*choice.reason, !choice.calls.empty());
  out += "\"}";
}

base::Result<std::string> ReplyFold::finish() const {
  if (failure_) return base::fail(*failure_);
  if (!complete()) return base::fail(base::FailureKind::internal, "the generation did not come to its end");
  std::string out;
  wire::JsonWriter head(out);
  head.begin_object().field("id", context_.id).field("object", "chat.completion");
  head.field("created", context_.created).field("model", context_.model).key("choices").begin_array();
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (i > 0) out += ',';
    append_choice(out, i);
  }
  out += R"(],"usage":)";
  append_usage(out, tally_.usage());
  out += '}';
  return out;
}

}  // namespace trilogue::dialect::chat
