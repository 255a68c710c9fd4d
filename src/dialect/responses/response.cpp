#include "dialect/responses/response.h"

#include <algorithm>
#include <utility>

#include "dialect/responses/echo.h"
#include "dialect/responses/errors.h"
#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::dialect::responses {

namespace {

using wire::JsonWriter;

// Of a response object, without its items and what it repeats of the request.
constexpr std::size_t kHeadBytes = 512;

// Built-in tools, whose output would be counted apart, do not exist here; what is cached is never billed.
void append_usage(std::string& out, const canon::Usage& usage) {
  JsonWriter json(out);
  json.begin_object().field("input_tokens", usage.prompt_tokens);
  json.key("input_tokens_details").begin_object().field("cached_tokens", usage.cached_tokens);
  json.field("cache_write_tokens", 0).end_object().field("output_tokens", usage.output_tokens);
  json.key("output_tokens_details").begin_object().field("reasoning_tokens", usage.reasoning_tokens);
  json.field("tool_output_tokens", 0).end_object();
  json.field("total_tokens", std::int64_t{usage.prompt_tokens} + usage.output_tokens).end_object();
}

void append_error(std::string& out, const base::Failure& failure) {
  const bool placed = !failure.path.empty();
  JsonWriter(out)
      .begin_object()
      .field("code", error_code(failure.kind))
      .field("message",
             wire::replace_invalid_utf8(placed ? failure.path + ": " + failure.message : failure.message))
      .end_object();
}

}  // namespace

ResponseBuilder::ResponseBuilder(ReplyContext context, const ResponsesRequest& request)
    : context_(std::move(context)),
      options_(request.options),
      echo_(echo_fields(request.echo, request.options)),
      tools_(request.tools),
      status_(request.options.background ? Status::queued : Status::in_progress) {}

void ResponseBuilder::on(const canon::Event& event) {
  if (over()) return;
  std::visit([&](const auto& what) { take(what); }, event.what);
}

void ResponseBuilder::take(const canon::Started& started) {
  usage_ = {started.prompt_tokens, started.cached_tokens, 0, 0};
  status_ = Status::in_progress;
}

void ResponseBuilder::take(const canon::BlockOpened& opened) {
  OutputItem item;
  switch (opened.kind) {
    case canon::BlockKind::reasoning:
      item.kind = ItemKind::reasoning;
      item.id = context_.ids("rs_");
      break;
    case canon::BlockKind::text:
      item.id = context_.ids("msg_");
      break;
    case canon::BlockKind::call:
      name_call(item, opened);
      break;
  }
  items_.push_back(std::move(item));
  open_ = true;
}

void ResponseBuilder::name_call(OutputItem& item, const canon::BlockOpened& opened) {
  item.kind = ItemKind::function_call;
  item.call_id = opened.call_id;
  item.name = opened.name;
  const auto tool = std::find_if(tools_.begin(), tools_.end(),
                                 [&](const OfferedTool& offered) { return offered.offered == opened.name; });
  if (tool != tools_.end()) {
    item.name = tool->name;
    item.name_space = tool->name_space;
    if (tool->custom) item.kind = ItemKind::custom_call;
  }
  item.id = context_.ids(item.kind == ItemKind::custom_call ? "ctc_" : "fc_");
  custom_input_ = CustomInput();
}

void ResponseBuilder::take(const canon::Delta& delta) {
  usage_.output_tokens = delta.output_tokens;
  usage_.reasoning_tokens = delta.reasoning_tokens;
  if (!open_) return;
  OutputItem& item = items_.back();
  if (item.kind == ItemKind::custom_call) {
    custom_input_.feed(delta.text, item.text);
    return;
  }
  item.text += delta.text;
  if (options_.logprobs && item.kind == ItemKind::message)
    item.logprobs.insert(item.logprobs.end(), delta.logprobs.begin(), delta.logprobs.end());
}

void ResponseBuilder::take(const canon::BlockClosed& closed) {
  if (!open_) return;
  OutputItem& item = items_.back();
  if (item.kind == ItemKind::custom_call) custom_input_.end(closed.cut, item.text);
  const bool no_arguments = item.kind == ItemKind::function_call && item.text.empty() && !closed.cut;
  if (no_arguments) item.text = "{}";  // clients parse it, whatever the model left out
  item.status = closed.cut ? ItemStatus::incomplete : ItemStatus::completed;
  open_ = false;
}

void ResponseBuilder::take(const canon::Finished& finished) {
  usage_ = finished.usage;
  if (finished.reason == canon::StopReason::token_limit) incomplete_reason_ = "max_output_tokens";
  if (finished.reason == canon::StopReason::content_filter) incomplete_reason_ = "content_filter";
  end(incomplete_reason_.empty() ? Status::completed : Status::incomplete);
}

void ResponseBuilder::take(const canon::Failed& failed) {
  usage_ = failed.usage;
  failure_ = failed.failure;
  end(Status::failed);
}

void ResponseBuilder::fail(const base::Failure& failure) {
  if (over()) return;
  failure_ = failure;
  end(Status::failed);
}

void ResponseBuilder::cancel() {
  if (!over()) end(Status::cancelled);
}

void ResponseBuilder::end(Status status) {
  take(canon::BlockClosed{true});  // nothing, when none is open
  if (status == Status::completed) completed_at_ = base::unix_seconds(context_.clock());
  status_ = status;
}

ItemStyle ResponseBuilder::style(Form form) const {
  return {form, options_.reasoning, options_.include_encrypted_reasoning, options_.logprobs};
}

void ResponseBuilder::append_response(std::string& out, Form form) const {
  JsonWriter json(out);
  out.reserve(out.size() + kHeadBytes + echo_.size());
  json.begin_object().field("id", context_.id).field("object", "response");
  json.field("created_at", context_.created_at).key("completed_at");
  completed_at_ ? json.value(*completed_at_) : json.null();
  json.field("model", context_.model).field("status", base::to_text(kStatusNames, status_)).key("error");
  failure_ ? append_error(out, *failure_) : void(out += "null");
  out += R"(,"incomplete_details":)";
  if (incomplete_reason_.empty()) {
    out += "null";
  } else {
    JsonWriter(out).begin_object().field("reason", incomplete_reason_).end_object();
  }
  out += R"(,"output":[)";
  for (const OutputItem& item : items_) {
    if (&item != &items_.front()) out += ',';
    append_item(out, item, style(form));
  }
  out += R"(],"usage":)";
  over() ? append_usage(out, usage_) : void(out += "null");
  out += echo_;
  out += '}';
}

std::vector<std::string> ResponseBuilder::stored_items() const {
  ItemStyle stored{Form::streamed, ReasoningStyle::documented, true, false};
  std::vector<std::string> out(items_.size());
  for (std::size_t i = 0; i < items_.size(); ++i) append_item(out[i], items_[i], stored);
  return out;
}

}  // namespace trilogue::dialect::responses
