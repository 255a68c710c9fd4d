#include "dialect/messages/reply.h"

#include "dialect/messages/finish.h"
#include "dialect/messages/message_head.h"
#include "dialect/past_calls.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::messages {

namespace {

// The official types want `citations`; null would be one too, but @ai-sdk/anthropic refuses it.
void append_text(wire::JsonWriter& json, std::string_view text) {
  json.begin_object().field("type", "text").field("text", text);
  json.key("citations").begin_array().end_array().end_object();
}

}  // namespace

void ReplyFold::on(const canon::Event& event) {
  if (complete()) return;
  std::visit([&](const auto& what) { take(what); }, event.what);
}

void ReplyFold::take(const canon::Started& started) {
  usage_.prompt_tokens = started.prompt_tokens;
  usage_.cached_tokens = started.cached_tokens;
}

void ReplyFold::take(const canon::BlockOpened& opened) {
  open_ = opened.kind;
  if (opened.kind == canon::BlockKind::call) calls_.push_back({opened.call_id, opened.name, {}, false});
}

void ReplyFold::take(const canon::Delta& delta) {
  usage_.output_tokens = delta.output_tokens;
  usage_.reasoning_tokens = delta.reasoning_tokens;
  switch (open_) {
    case canon::BlockKind::reasoning:
      if (options_.thinking != ThinkingView::hidden) reasoning_ += delta.text;
      return;
    case canon::BlockKind::text:
      text_ += delta.text;
      return;
    case canon::BlockKind::call:
      calls_.back().arguments += delta.text;
      return;
  }
}

void ReplyFold::take(const canon::BlockClosed& closed) {
  if (open_ == canon::BlockKind::call) calls_.back().whole = !closed.cut;
}

void ReplyFold::take(const canon::Finished& finished) {
  usage_ = finished.usage;
  finished_ = finished;
}

void ReplyFold::take(const canon::Failed& failed) {
  usage_ = failed.usage;
  failure_ = failed.failure;
}

void ReplyFold::append_content(std::string& out) const {
  wire::JsonWriter json(out);
  json.begin_array();
  if (!reasoning_.empty()) {
    const bool shown = options_.thinking == ThinkingView::shown;
    json.begin_object().field("type", "thinking").field("thinking", shown ? reasoning_ : std::string());
    json.field("signature", kSignature).end_object();
  }
  bool answered = !text_.empty();
  if (answered) append_text(json, text_);
  for (const Call& call : calls_) {
    if (!call.whole) continue;
    answered = true;
    json.begin_object().field("type", "tool_use").field("id", call.id).field("name", call.name);
    json.key("input").raw(arguments_object(call.arguments));
    json.key("caller").begin_object().field("type", "direct").end_object().end_object();
  }
  if (!answered) append_text(json, {});
  json.end_array();
}

base::Result<std::string> ReplyFold::finish() const {
  if (failure_) return base::fail(*failure_);
  if (!finished_) return base::fail(base::FailureKind::internal, "the generation did not come to its end");
  std::string out;
  append_head(out, context_);
  out += R"(,"content":)";
  append_content(out);
  out += R"(,"stop_reason":")";
  out += stop_reason(finished_->reason, !calls_.empty());
  out += R"(","stop_sequence":)";
  if (finished_->stop_string.empty()) {
    out += "null";
  } else {
    wire::append_json_string(out, finished_->stop_string);
  }
  append_absent(out);
  out += R"(,"usage":)";
  append_usage(out, usage_);
  out += '}';
  return out;
}

}  // namespace trilogue::dialect::messages
