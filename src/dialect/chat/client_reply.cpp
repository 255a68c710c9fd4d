#include <algorithm>

#include "dialect/chat/client.h"
#include "dialect/chat/client_error.h"
#include "dialect/chat/client_fields.h"

namespace trilogue::dialect::chat {

namespace {

using canon::BlockKind;
using canon::StopReason;
using wire::Value;

int detail_at(const Value& usage, std::string_view details, std::string_view key) {
  const auto holder = usage.find(details);
  return holder ? int_at(*holder, key) : 0;
}

StopReason reason_of(std::string_view text) {
  if (text == "length") return StopReason::token_limit;
  if (text == "content_filter") return StopReason::content_filter;
  return StopReason::end_of_turn;  // the calls speak for themselves
}

// Of servers that say so in the reason instead of an error.
bool broke_off(std::string_view reason) {
  return reason == "abort" || reason == "aborted" || reason == "cancelled" || reason == "error";
}

std::string bytes_of(const Value& token) {
  const auto bytes = token.find("bytes");
  if (!bytes || bytes->kind() != wire::Kind::array) return std::string(text_at(token, "token"));
  std::string out;
  for (const Value byte : bytes->elements()) out += static_cast<char>(byte.integer().value_or(0));
  return out;
}

double logprob_of(const Value& token) {
  const auto value = token.find("logprob");
  return value ? value->number().value_or(0) : 0;
}

std::vector<canon::TokenLogprob> read_logprobs(const Value& choice) {
  std::vector<canon::TokenLogprob> out;
  const auto holder = choice.find("logprobs");
  const auto content = holder ? holder->find("content") : std::nullopt;
  if (!content) return out;
  for (const Value token : content->elements()) {
    out.push_back({bytes_of(token), logprob_of(token), {}});
    const auto top = token.find("top_logprobs");
    if (!top) continue;
    for (const Value other : top->elements()) out.back().top.emplace_back(bytes_of(other), logprob_of(other));
  }
  return out;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

void EventAssembler::take_usage(const Value& usage, int choice) {
  const int cached = int_at(usage, "cached_tokens");
  const canon::Usage now{int_at(usage, "prompt_tokens"),
                         cached != 0 ? cached : detail_at(usage, "prompt_tokens_details", "cached_tokens"),
                         int_at(usage, "completion_tokens"),
                         detail_at(usage, "completion_tokens_details", "reasoning_tokens")};
  // The server counts over all choices: what came since the last count belongs to the choice it came with.
  canon::Usage& written = choices_[static_cast<std::size_t>(choice)].written;
  written.output_tokens += std::max(0, now.output_tokens - total_.output_tokens);
  written.reasoning_tokens += std::max(0, now.reasoning_tokens - total_.reasoning_tokens);
  written.reasoning_tokens = std::min(written.reasoning_tokens, written.output_tokens);
  total_ = {now.prompt_tokens, std::min(cached != 0 ? cached : now.cached_tokens, now.prompt_tokens),
            std::max(total_.output_tokens, now.output_tokens),
            std::max(total_.reasoning_tokens, now.reasoning_tokens)};
}

void EventAssembler::start(int index) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  if (choice.started) return;
  choice.started = true;
  emit(index, canon::Started{total_.prompt_tokens, total_.cached_tokens});
  choice.written.prompt_tokens = total_.prompt_tokens;
  choice.written.cached_tokens = total_.cached_tokens;
}

void EventAssembler::close(int index, bool cut) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  if (choice.open) emit(index, canon::BlockClosed{cut});
  choice.open.reset();
}

// Makes `block` the open one; false when this piece cannot be taken any more.
bool EventAssembler::open(int index, const canon::BlockOpened& block, std::string_view piece) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  const bool call = block.kind == BlockKind::call;
  if (choice.open == block.kind && !call) return true;
  const bool late = choice.last && (call ? block.kind < *choice.last : block.kind <= *choice.last);
  if (late) {  // a model may think once more between its messages: that is no part of its answer
    if (block.kind != BlockKind::reasoning && !is_blank(piece))
      take_failure(upstream("the server sent the parts of its answer out of order"));
    return false;
  }
  close(index, false);
  choice.open = choice.last = block.kind;
  emit(index, block);
  return true;
}

void EventAssembler::add(int index, const canon::BlockOpened& block, std::string_view piece,
                         std::vector<canon::TokenLogprob> logprobs) {
  if (piece.empty() && logprobs.empty()) return;
  if (!open(index, block, piece)) return;
  const canon::Usage& written = choices_[static_cast<std::size_t>(index)].written;
  emit(index, canon::Delta{std::string(piece), written.output_tokens, written.reasoning_tokens,
                           std::move(logprobs)});
}

// Some servers leave the id out, others count from 0 in every choice.
std::string EventAssembler::unused_id(std::string_view wanted) {
  std::string id(wanted);
  while (id.empty() || !call_ids_.insert(id).second) {
    if (id.empty()) id = "call_";
    id += std::to_string(call_ids_.size());
  }
  return id;
}

void EventAssembler::take_call(int index, const Value& call) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  const auto place = call.find("index");
  const int number = place ? int_at(call, "index") : choice.call + 1;
  const Value function = call.find("function").value_or(call);
  if (number < choice.call) return take_failure(upstream("the server went back to an earlier tool call"));
  if (number > choice.call) {
    choice.call = number;
    const canon::BlockOpened block{BlockKind::call, unused_id(text_at(call, "id")),
                                   std::string(text_at(function, "name"))};
    if (block.name.empty()) return take_failure(upstream("the server began a tool call without a name"));
    if (!open(index, block, "call")) return;
  }
  const std::string_view piece = text_at(function, "arguments");
  if (piece.empty() || choice.open != BlockKind::call) return;
  emit(index,
       canon::Delta{std::string(piece), choice.written.output_tokens, choice.written.reasoning_tokens, {}});
}

void EventAssembler::take_message(int index, const Value& message,
                                  std::vector<canon::TokenLogprob> logprobs) {
  const std::string_view general = text_at(message, "reasoning");
  const std::string_view reasoning = general.empty() ? text_at(message, "reasoning_content") : general;
  add(index, {BlockKind::reasoning, {}, {}}, reasoning, {});
  add(index, {BlockKind::text, {}, {}}, text_at(message, "content"), std::move(logprobs));
  const auto calls = message.find("tool_calls");
  if (!calls) return;
  for (const Value call : calls->elements()) {
    if (!choices_[static_cast<std::size_t>(index)].over) take_call(index, call);
  }
}

void EventAssembler::take_choice(const Value& value, std::string_view message_key) {
  const int index = int_at(value, "index");
  if (index >= static_cast<int>(choices_.size())) return;
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  if (choice.over || choice.reason) return;
  start(index);
  if (const auto message = value.find(message_key)) take_message(index, *message, read_logprobs(value));
  const std::string_view reason = text_at(value, "finish_reason");
  if (reason.empty() || choice.over) return;
  if (broke_off(reason)) return take_failure(upstream("the server broke off its answer"));
  choice.reason = reason_of(reason);
  close(index, choice.reason == StopReason::token_limit);
}

void EventAssembler::take_chunk(const Value& chunk) {
  if (const auto failure = error_in(chunk)) return take_failure(*failure);
  const auto choices = chunk.find("choices");
  if (const auto usage = chunk.find("usage"); usage && usage->kind() == wire::Kind::object) {
    int index = 0;
    if (choices) {
      for (const Value choice : choices->elements()) index = int_at(choice, "index");
    }
    take_usage(*usage, index < static_cast<int>(choices_.size()) ? index : 0);
  }
  if (!choices) return;
  for (const Value choice : choices->elements()) take_choice(choice, "delta");
}

void EventAssembler::take_reply(const Value& reply) {
  if (const auto failure = error_in(reply)) return take_failure(*failure);
  if (const auto usage = reply.find("usage"); usage && usage->kind() == wire::Kind::object)
    take_usage(*usage, 0);
  if (const auto choices = reply.find("choices")) {
    for (const Value choice : choices->elements()) take_choice(choice, "message");
  }
  end();
}

void EventAssembler::finish(int index) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  choice.over = true;
  if (choice.written.prompt_tokens == 0) {  // only now known
    choice.written.prompt_tokens = total_.prompt_tokens;
    choice.written.cached_tokens = total_.cached_tokens;
  }
  emit(index, canon::Finished{*choice.reason, {}, choice.written});
}

void EventAssembler::take_failure(const base::Failure& failure) {
  for (int index = 0; index < static_cast<int>(choices_.size()); ++index) {
    Choice& choice = choices_[static_cast<std::size_t>(index)];
    if (choice.over) continue;
    start(index);
    close(index, true);
    choice.over = true;
    emit(index, canon::Failed{failure, choice.written});
  }
}

void EventAssembler::end() {
  for (int index = 0; index < static_cast<int>(choices_.size()); ++index) {
    const Choice& choice = choices_[static_cast<std::size_t>(index)];
    if (!choice.over && choice.reason) finish(index);
  }
  take_failure(upstream("the server ended its answer before it was complete"));
}

void StreamReader::take(const wire::SseEvent& event) {
  if (event.data == "[DONE]") return assembler_.end();
  const auto document = wire::Document::parse(event.data);
  if (!document) return assembler_.take_failure(upstream("the server sent an event that is no JSON"));
  assembler_.take_chunk(document->root());
}

std::vector<canon::Event> StreamReader::feed(std::string_view bytes) {
  const auto events = deframer_.feed(bytes);
  if (!events) {
    assembler_.take_failure(events.error());
    return assembler_.take_events();
  }
  for (const wire::SseEvent& event : *events) take(event);
  return assembler_.take_events();
}

std::vector<canon::Event> StreamReader::end() {
  assembler_.end();
  return assembler_.take_events();
}

std::vector<canon::Event> read_reply(std::string body, int choices) {
  EventAssembler assembler(choices);
  const auto document = wire::Document::parse(std::move(body));
  if (document) {
    assembler.take_reply(document->root());
  } else {
    assembler.take_failure(upstream("the server sent a reply that is no JSON"));
  }
  return assembler.take_events();
}

}  // namespace trilogue::dialect::chat
