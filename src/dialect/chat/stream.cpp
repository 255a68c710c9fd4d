#include "dialect/chat/stream.h"

#include "dialect/chat/errors.h"
#include "dialect/chat/finish.h"
#include "dialect/chat/logprobs.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::chat {

namespace {

std::string chunk_head(const ReplyContext& context) {
  std::string out = "data: ";
  wire::JsonWriter json(out);
  json.begin_object().field("id", context.id).field("object", "chat.completion.chunk");
  json.field("created", context.created).field("model", context.model).key("choices").begin_array();
  return out;
}

void append_int(std::string& out, int value) {
  wire::append_json_number(out, std::int64_t{value});
}

}  // namespace

StreamEncoder::StreamEncoder(const ReplyContext& context, ReplyOptions options, int choices)
    : options_(options),
      head_(chunk_head(context)),
      filler_(documented() ? R"("role":"assistant","content":"",)" : ""),
      unfinished_(documented() ? R"(,"finish_reason":""}])" : R"(,"finish_reason":null}])"),
      reasoning_key_(options.reasoning_format == ReasoningFormat::general ? R"("reasoning":)"
                                                                          : R"("reasoning_content":)"),
      tally_(choices),
      choices_(static_cast<std::size_t>(choices)),
      running_(choices) {}

void StreamEncoder::on(const canon::Event& event, std::string& out) {
  if (complete()) return;
  std::visit([&](const auto& what) { write(event.choice, what, out); }, event.what);
}

void StreamEncoder::begin_chunk(int choice, std::string& out) const {
  out += head_;
  out += R"({"index":)";
  append_int(out, choice);
  out += R"(,"delta":{)";
}

void StreamEncoder::end_chunk(std::string& out, std::string_view reason) const {
  if (reason.empty()) {
    out += unfinished_;
  } else {
    out += R"(,"finish_reason":")";
    out += reason;
    out += "\"}]";
  }
  if (documented()) {
    out += R"(,"usage":)";
    append_usage(out, tally_.usage());
  } else if (options_.include_usage) {
    out += R"(,"usage":null)";
  }
  out += "}\n\n";
}

void StreamEncoder::write(int choice, const canon::Started& started, std::string& out) {
  tally_.on(choice, started);
  begin_chunk(choice, out);
  out += R"("role":"assistant","content":""})";
  if (options_.logprobs) out += R"(,"logprobs":null)";
  end_chunk(out);
}

void StreamEncoder::write(int choice, const canon::BlockOpened& opened, std::string& out) {
  Choice& state = choices_[static_cast<std::size_t>(choice)];
  state.open = opened.kind;
  if (opened.kind != canon::BlockKind::call) return;
  state.has_pieces = false;
  begin_chunk(choice, out);
  out += filler_;
  out += R"("tool_calls":[{"index":)";
  append_int(out, state.calls++);
  out += R"(,"id":)";
  wire::append_json_string(out, opened.call_id);
  out += R"(,"type":"function","function":{"name":)";
  wire::append_json_string(out, opened.name);
  out += R"(,"arguments":""}}]})";
  if (options_.logprobs) out += R"(,"logprobs":null)";
  end_chunk(out);
}

void StreamEncoder::write(int choice, const canon::Delta& delta, std::string& out) {
  tally_.on(choice, delta);
  switch (choices_[static_cast<std::size_t>(choice)].open) {
    case canon::BlockKind::text:
      return write_text(choice, delta, out);
    case canon::BlockKind::reasoning:
      return write_reasoning(choice, delta, out);
    case canon::BlockKind::call:
      return write_arguments(choice, delta.text, out);
  }
}

void StreamEncoder::write_text(int choice, const canon::Delta& delta, std::string& out) const {
  const bool likely = options_.logprobs && !delta.logprobs.empty();
  if (delta.text.empty() && !likely) return;
  begin_chunk(choice, out);
  out += documented() ? R"("role":"assistant","content":)" : R"("content":)";
  wire::append_json_string(out, delta.text);
  out += '}';
  if (likely) {
    out += R"(,"logprobs":)";
    append_logprobs(out, delta.logprobs);
  } else if (options_.logprobs) {
    out += R"(,"logprobs":null)";
  }
  end_chunk(out);
}

void StreamEncoder::write_reasoning(int choice, const canon::Delta& delta, std::string& out) const {
  if (delta.text.empty()) return;
  begin_chunk(choice, out);
  out += filler_;
  out += reasoning_key_;
  wire::append_json_string(out, delta.text);
  out += '}';
  if (options_.logprobs) out += R"(,"logprobs":null)";
  end_chunk(out);
}

void StreamEncoder::write_arguments(int choice, std::string_view piece, std::string& out) {
  if (piece.empty()) return;
  Choice& state = choices_[static_cast<std::size_t>(choice)];
  state.has_pieces = true;
  begin_chunk(choice, out);
  out += filler_;
  out += R"("tool_calls":[{"index":)";
  append_int(out, state.calls - 1);
  out += R"(,"function":{"arguments":)";
  wire::append_json_string(out, piece);
  out += "}}]}";
  if (options_.logprobs) out += R"(,"logprobs":null)";
  end_chunk(out);
}

void StreamEncoder::write(int choice, const canon::BlockClosed& closed, std::string& out) {
  const Choice& state = choices_[static_cast<std::size_t>(choice)];
  if (state.open != canon::BlockKind::call || closed.cut || state.has_pieces) return;
  write_arguments(choice, "{}", out);  // clients parse it, whatever the model left out
}

void StreamEncoder::write(int choice, const canon::Finished& finished, std::string& out) {
  tally_.on(choice, finished);
  begin_chunk(choice, out);
  out += documented() ? R"("role":"assistant","content":""})" : "}";
  if (options_.logprobs) out += R"(,"logprobs":null)";
  end_chunk(out, finish_reason(finished.reason, choices_[static_cast<std::size_t>(choice)].calls > 0));
  if (--running_ == 0) write_end(out);
}

void StreamEncoder::write_end(std::string& out) const {
  if (options_.include_usage) {
    out += head_;
    out += R"(],"usage":)";
    append_usage(out, tally_.usage());
    out += "}\n\n";
  }
  out += "data: [DONE]\n\n";
}

void StreamEncoder::write(int choice, const canon::Failed& failed, std::string& out) {
  tally_.on(choice, failed);
  fail(failed.failure, out);
}

void StreamEncoder::fail(const base::Failure& failure, std::string& out) {
  if (complete()) return;
  out += "data: ";
  append_error_body(out, failure);
  out += "\n\n";
  failed_ = true;
}

}  // namespace trilogue::dialect::chat
