#include "dialect/responses/stream.h"

#include <algorithm>
#include <utility>

#include "dialect/token_logprobs.h"
#include "wire/json_writer.h"

namespace trilogue::dialect::responses {

namespace {

// A response object above the first (it shows the instructions and tools, and what was written so far) is
// said with every fourth sign of life: Codex counts no comments and breaks off after five minutes. Above the
// second it is said once.
constexpr std::size_t kLargeResponse = 16 * 1024;
constexpr std::size_t kHugeResponse = 256 * 1024;
constexpr int kBeatsOfALargeOne = 4;

void append_head(std::string& out, std::string_view type) {
  out += "event: ";
  out += type;
  out += "\ndata: {\"type\":\"";
  out += type;
  out += R"(","sequence_number":)";
}

void append_int(std::string& out, std::size_t value) {
  wire::append_json_number(out, static_cast<std::int64_t>(value));
}

}  // namespace

StreamEncoder::StreamEncoder(ReplyContext context, const ResponsesRequest& request)
    : builder_(std::move(context), request), style_(builder_.style(Form::streamed)) {
  ends_.reserve(8);
}

// ---- What comes in ----

void StreamEncoder::begin(std::string& out) {
  ends_.clear();
  write_begin(out);
}

void StreamEncoder::on(const canon::Event& event, std::string& out) {
  ends_.clear();
  if (complete()) return;
  write_begin(out);
  std::visit([&](const auto& what) { take(event, what, out); }, event.what);
}

void StreamEncoder::heartbeat(std::string& out) {
  ends_.clear();
  if (complete()) return;
  write_begin(out);
  if (!is_said_again()) {
    if (ends_.empty()) out += kSignOfLife;
    return;
  }
  if (builder_.status() == Status::queued) return write_response("response.queued", out);
  in_progress_ = true;
  write_response("response.in_progress", out);
}

bool StreamEncoder::is_said_again() {
  if (response_bytes_ <= kLargeResponse) return true;
  return ++large_beats_ % kBeatsOfALargeOne == 0 && response_bytes_ <= kHugeResponse;
}

void StreamEncoder::fail(const base::Failure& failure, std::string& out) {
  ends_.clear();
  if (complete()) return;
  write_begin(out);
  close_cut(out);
  builder_.fail(failure);
  write_end(out);
}

void StreamEncoder::cancel(std::string& out) {
  ends_.clear();
  if (complete()) return;
  write_begin(out);
  close_cut(out);
  builder_.cancel();
  write_end(out);
}

void StreamEncoder::take(const canon::Event& event, const canon::Started&, std::string& out) {
  builder_.on(event);
  if (!std::exchange(in_progress_, true)) write_response("response.in_progress", out);
}

void StreamEncoder::take(const canon::Event& event, const canon::BlockOpened&, std::string& out) {
  builder_.on(event);
  delta_head_.clear();
  delta_head_.reserve(128);
  place_.reserve(128);
  append_head(delta_head_, names().delta);
  place_ = R"(,"item_id":)";
  wire::append_json_string(place_, last().id);
  place_ += R"(,"output_index":)";
  append_int(place_, builder_.items().size() - 1);
  place_ += names().place;
  write_item("response.output_item.added", false, out);
  if (!names().part_added.empty()) write_part(names().part_added, false, out);
}

void StreamEncoder::take(const canon::Event& event, const canon::Delta& delta, std::string& out) {
  const std::size_t before = open_size();
  builder_.on(event);
  if (builder_.has_open_item()) write_delta(before, delta.logprobs, out);
}

void StreamEncoder::take(const canon::Event& event, const canon::BlockClosed&, std::string& out) {
  if (!builder_.has_open_item()) return;
  const std::size_t before = open_size();
  builder_.on(event);
  write_delta(before, {}, out);  // what stands for arguments that were left out
  write_done(out);
}

void StreamEncoder::take(const canon::Event& event, const canon::Finished&, std::string& out) {
  close_cut(out);
  builder_.on(event);
  write_end(out);
}

void StreamEncoder::take(const canon::Event& event, const canon::Failed&, std::string& out) {
  close_cut(out);
  builder_.on(event);
  write_end(out);
}

// Before the end no item may stay open.
void StreamEncoder::close_cut(std::string& out) {
  const canon::BlockClosed closed{true};
  take({0, closed}, closed, out);
}

// ---- What goes out ----

void StreamEncoder::begin_event(std::string_view type, std::string& out) {
  append_head(out, type);
  wire::append_json_number(out, std::int64_t{next_++});
}

void StreamEncoder::end_event(std::string& out) {
  out += "}\n\n";
  ends_.push_back(out.size());
}

void StreamEncoder::write_begin(std::string& out) {
  if (next_ > 0) return;
  write_response("response.created", out);
  if (builder_.status() == Status::queued) write_response("response.queued", out);
}

void StreamEncoder::write_response(std::string_view type, std::string& out) {
  const std::size_t before = out.size();
  begin_event(type, out);
  out += R"(,"response":)";
  append_response(out);
  end_event(out);
  response_bytes_ = out.size() - before;
}

// Until its first item nothing of the object changes.
void StreamEncoder::append_response(std::string& out) {
  const bool empty = builder_.status() == Status::in_progress && builder_.items().empty();
  if (empty && !empty_.empty()) {
    out += empty_;
    return;
  }
  const std::size_t from = out.size();
  builder_.append_response(out, Form::streamed);
  if (empty) empty_.assign(out, from);
  if (builder_.over()) over_.assign(out, from);
}

// The two forms differ in reasoning items alone.
std::string StreamEncoder::reply() const {
  const auto is_reasoning = [](const OutputItem& item) { return item.kind == ItemKind::reasoning; };
  const auto& items = builder_.items();
  if (!over_.empty() && std::none_of(items.begin(), items.end(), is_reasoning)) return over_;
  std::string out;
  builder_.append_response(out);
  return out;
}

void StreamEncoder::write_end(std::string& out) {
  switch (builder_.status()) {
    case Status::completed:
      return write_response("response.completed", out);
    case Status::incomplete:
      return write_response("response.incomplete", out);
    case Status::queued:
    case Status::in_progress:
    case Status::failed:
    case Status::cancelled:
      break;
  }
  write_response("response.failed", out);
}

void StreamEncoder::write_item(std::string_view type, bool filled, std::string& out) {
  begin_event(type, out);
  out += R"(,"output_index":)";
  append_int(out, builder_.items().size() - 1);
  out += R"(,"item":)";
  append_item(out, last(), style_, filled);
  end_event(out);
}

void StreamEncoder::write_part(std::string_view type, bool filled, std::string& out) {
  begin_event(type, out);
  out += place_;
  out += R"(,"part":)";
  append_part(out, last(), style_, filled);
  end_event(out);
}

void StreamEncoder::append_logprobs_field(const std::vector<canon::TokenLogprob>& logprobs,
                                          std::string& out) const {
  if (last().kind != ItemKind::message) return;
  out += R"(,"logprobs":)";
  if (style_.logprobs) {
    append_token_logprobs(out, logprobs);
  } else {
    out += "[]";
  }
}

// What the text of the open item has gained since it was `from` long.
void StreamEncoder::write_delta(std::size_t from, const std::vector<canon::TokenLogprob>& logprobs,
                                std::string& out) {
  const std::string_view piece = std::string_view(last().text).substr(from);
  const bool likely = style_.logprobs && last().kind == ItemKind::message && !logprobs.empty();
  if (piece.empty() && !likely) return;
  out += delta_head_;
  wire::append_json_number(out, std::int64_t{next_++});
  out += place_;
  out += R"(,"delta":)";
  wire::append_json_string(out, piece);
  append_logprobs_field(logprobs, out);
  end_event(out);
}

void StreamEncoder::write_done(std::string& out) {
  begin_event(names().done, out);
  out += place_;
  if (last().kind == ItemKind::function_call) {
    out += R"(,"name":)";
    wire::append_json_string(out, last().name);
  }
  out += ",\"";
  out += names().whole;
  out += "\":";
  wire::append_json_string(out, last().text);
  append_logprobs_field(last().logprobs, out);
  end_event(out);
  if (!names().part_done.empty()) write_part(names().part_done, true, out);
  write_item("response.output_item.done", true, out);
}

}  // namespace trilogue::dialect::responses
