// The client half of Chat Completions: writes a request's body, reads what a server answers. For remote
// engines and the terminal client. Does no I/O; one reader per answer, one thread at a time. Reads the
// documented and OpenAI's chunks, and forgives what other servers leave out; the events it gives always keep
// canon's grammar.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/failure.h"
#include "canon/event.h"
#include "canon/request.h"
#include "dialect/chat/options.h"
#include "wire/json.h"
#include "wire/sse.h"

namespace trilogue::dialect::chat {

// The body of the request; parse() reads the same request back. A reasoning budget has no field in this API
// and is left out.
std::string write(const canon::Request& request, const ReplyOptions& options);

// Puts the parts of chunks and replies together into events, choice by choice.
class EventAssembler final {
 public:
  explicit EventAssembler(int choices) : choices_(static_cast<std::size_t>(choices)) {}

  void take_chunk(const wire::Value& chunk);  // of a stream
  void take_reply(const wire::Value& reply);  // whole
  void take_failure(const base::Failure& failure);
  // Nothing more comes: what has its finish_reason is finished, the rest has failed.
  void end();

  std::vector<canon::Event> take_events() { return std::exchange(events_, {}); }

 private:
  struct Choice {
    bool started = false;
    bool over = false;
    std::optional<canon::BlockKind> open, last;
    int call = -1;  // index of the last call
    canon::Usage written;
    std::optional<canon::StopReason> reason;
  };

  void take_usage(const wire::Value& usage, int choice);
  void take_choice(const wire::Value& choice, std::string_view message_key);
  void take_message(int index, const wire::Value& message, std::vector<canon::TokenLogprob> logprobs);
  void take_call(int index, const wire::Value& call);
  std::string unused_id(std::string_view wanted);
  void start(int index);
  bool open(int index, const canon::BlockOpened& block, std::string_view piece);
  void add(int index, const canon::BlockOpened& block, std::string_view piece,
           std::vector<canon::TokenLogprob> logprobs);
  void close(int index, bool cut);
  void finish(int index);
  void emit(int index, canon::Happening what) { events_.push_back({index, std::move(what)}); }

  std::vector<Choice> choices_;
  canon::Usage total_;
  std::set<std::string> call_ids_;
  std::vector<canon::Event> events_;
};

class StreamReader final {
 public:
  explicit StreamReader(int choices) : assembler_(choices) {}

  // The events that these bytes complete. A broken stream ends in Failed events.
  std::vector<canon::Event> feed(std::string_view bytes);
  // The connection has ended.
  std::vector<canon::Event> end();

 private:
  void take(const wire::SseEvent& event);

  wire::SseDeframer deframer_;
  EventAssembler assembler_;
};

// The events of a whole reply; Failed ones when it is not one.
std::vector<canon::Event> read_reply(std::string body, int choices);

// What a refusal says: by its `type` where that is known, else by its status. `retry_after`: that header's
// value, of which seconds are read (RFC 9110, 10.2.3) and a date is not.
base::Failure read_error(int status, std::string body, std::string_view retry_after = {});

}  // namespace trilogue::dialect::chat
