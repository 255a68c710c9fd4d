#include "dialect/messages/stream.h"

#include "dialect/messages/errors.h"
#include "dialect/messages/finish.h"
#include "dialect/messages/message_head.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::messages {

namespace {

void append_int(std::string& out, int value) {
  wire::append_json_number(out, std::int64_t{value});
}

}  // namespace

void StreamEncoder::on(const canon::Event& event, std::string& out) {
  if (complete()) return;
  std::visit([&](const auto& what) { write(what, out); }, event.what);
}

void StreamEncoder::write(const canon::Started& started, std::string& out) {
  usage_.prompt_tokens = started.prompt_tokens;
  usage_.cached_tokens = started.cached_tokens;
  out += "event: message_start\ndata: {\"type\":\"message_start\",\"message\":";
  append_head(out, context_);
  out += R"(,"content":[],"stop_reason":null,"stop_sequence":null)";
  append_absent(out);
  out += R"(,"usage":)";
  append_usage(out, usage_);
  out += "}}\n\n";
}

void StreamEncoder::begin_block(std::string& out, std::string_view block, std::string_view delta) {
  out += "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":";
  append_int(out, index_);
  out += R"(,"content_block":)";
  out += block;
  delta_head_ = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":";
  append_int(delta_head_, index_);
  delta_head_ += R"(,"delta":{"type":)";
  delta_head_ += delta;
  shown_ = true;
  has_piece_ = false;
}

void StreamEncoder::begin_text(std::string& out) {
  begin_block(out, "{\"type\":\"text\",\"text\":\"\",\"citations\":[]}}\n\n", R"("text_delta","text":)");
  has_text_ = true;
}

void StreamEncoder::begin_thinking(std::string& out) {
  begin_block(out, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n",
              R"("thinking_delta","thinking":)");
}

void StreamEncoder::write_piece(std::string_view text, std::string& out) const {
  out += delta_head_;
  wire::append_json_string(out, text);
  out += "}}\n\n";
}

void StreamEncoder::write(const canon::BlockOpened& opened, std::string& out) {
  open_ = opened.kind;
  shown_ = false;
  if (opened.kind != canon::BlockKind::call) return;
  has_calls_ = true;
  begin_block(out, R"({"type":"tool_use","id":)", R"("input_json_delta","partial_json":)");
  wire::append_json_string(out, opened.call_id);
  out += R"(,"name":)";
  wire::append_json_string(out, opened.name);
  out += ",\"input\":{},\"caller\":{\"type\":\"direct\"}}}\n\n";
}

void StreamEncoder::write(const canon::Delta& delta, std::string& out) {
  usage_.output_tokens = delta.output_tokens;
  usage_.reasoning_tokens = delta.reasoning_tokens;
  if (delta.text.empty()) return;
  if (open_ == canon::BlockKind::reasoning) {
    if (options_.thinking == ThinkingView::hidden) return;
    if (!shown_) begin_thinking(out);
    if (options_.thinking == ThinkingView::omitted) return;
  } else if (!shown_) {
    begin_text(out);
  }
  has_piece_ = true;
  write_piece(delta.text, out);
}

void StreamEncoder::write(const canon::BlockClosed& closed, std::string& out) {
  if (!shown_) return;
  if (open_ == canon::BlockKind::reasoning) {
    delta_head_.resize(delta_head_.find(R"("thinking_delta")"));
    delta_head_ += R"("signature_delta","signature":)";
    write_piece(kSignature, out);
  } else if (open_ == canon::BlockKind::call && !closed.cut && !has_piece_) {
    write_piece("{}", out);  // clients parse it, whatever the model left out
  }
  end_block(out);
}

void StreamEncoder::end_block(std::string& out) {
  out += "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":";
  append_int(out, index_++);
  out += "}\n\n";
  shown_ = false;
}

void StreamEncoder::write(const canon::Finished& finished, std::string& out) {
  usage_ = finished.usage;
  if (!has_text_ && !has_calls_) {
    begin_text(out);
    end_block(out);
  }
  const std::string_view reason = stop_reason(finished.reason, has_calls_);
  out += "event: message_delta\ndata: ";
  wire::JsonWriter json(out);
  json.begin_object().field("type", "message_delta").field("stop_reason", reason);
  json.key("delta").begin_object().field("stop_reason", reason).key("stop_sequence");
  finished.stop_string.empty() ? json.null() : json.value(finished.stop_string);
  json.key("stop_details").null().key("container").null().end_object();
  json.key("usage");
  append_final_usage(out, usage_);
  json.end_object();
  out += "\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  finished_ = true;
}

void StreamEncoder::write(const canon::Failed& failed, std::string& out) {
  usage_ = failed.usage;
  fail(failed.failure, out);
}

void StreamEncoder::fail(const base::Failure& failure, std::string& out) {
  if (complete()) return;
  out += "event: error\ndata: ";
  append_error_body(out, failure, context_.request_id);
  out += "\n\n";
  failed_ = true;
}

}  // namespace trilogue::dialect::messages
