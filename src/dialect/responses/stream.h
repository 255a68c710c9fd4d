// The streamed response: each canonical event appends the whole server-sent events it calls for to the
// caller's buffer, numbered without gaps. Belongs to one request; fed by one coroutine. Allocates nothing per
// token but the growth of that buffer and of the text that the response keeps. An event once written is never
// changed: it may be recorded and shown again.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "canon/event.h"
#include "dialect/responses/event_names.h"
#include "dialect/responses/response.h"

namespace trilogue::dialect::responses {

// A comment of server-sent events: shows that somebody still works, and is no event.
inline constexpr std::string_view kSignOfLife = ": waiting\n\n";

class StreamEncoder final {
 public:
  StreamEncoder(ReplyContext context, const ResponsesRequest& request);

  // response.created (and response.queued in the background), if it was not written yet. Everything below
  // begins with it; call it to show it at once.
  void begin(std::string& out);

  void on(const canon::Event& event, std::string& out);

  // A sign of life: response.in_progress once more, its output as it stands (of a background response that
  // has not started: response.queued). What is large is said now and then only, and what is huge once;
  // between comes a comment, which is no event and has no number.
  void heartbeat(std::string& out);

  // response.failed for a failure that the engine does not know of (the deadline). The open item, if any, is
  // closed before, incomplete.
  void fail(const base::Failure& failure, std::string& out);

  // The end of a background response that was cancelled: response.failed whose response is `cancelled`,
  // since the clients know no event of that name.
  void cancel(std::string& out);

  bool complete() const { return builder_.over(); }  // the terminal event has been appended
  bool failed() const { return builder_.status() == Status::failed; }

  int next_sequence_number() const { return next_; }

  // Where the events that the last call appended end, as sizes of `out`. The last of them has the number
  // next_sequence_number() - 1.
  const std::vector<std::size_t>& event_ends() const { return ends_; }

  const ResponseBuilder& builder() const { return builder_; }

  // The response object as it stands, as a whole reply shows it.
  std::string reply() const;

  // So far, for the ledger.
  const canon::Usage& usage() const { return builder_.usage(); }

 private:
  void take(const canon::Event& event, const canon::Started& started, std::string& out);
  void take(const canon::Event& event, const canon::BlockOpened& opened, std::string& out);
  void take(const canon::Event& event, const canon::Delta& delta, std::string& out);
  void take(const canon::Event& event, const canon::BlockClosed& closed, std::string& out);
  void take(const canon::Event& event, const canon::Finished& finished, std::string& out);
  void take(const canon::Event& event, const canon::Failed& failed, std::string& out);

  bool is_said_again();
  void close_cut(std::string& out);

  void write_begin(std::string& out);
  void write_response(std::string_view type, std::string& out);
  void append_response(std::string& out);
  void write_item(std::string_view type, bool filled, std::string& out);
  void write_part(std::string_view type, bool filled, std::string& out);
  void write_delta(std::size_t from, const std::vector<canon::TokenLogprob>& logprobs, std::string& out);
  void write_done(std::string& out);
  void write_end(std::string& out);
  void begin_event(std::string_view type, std::string& out);
  void end_event(std::string& out);
  void append_logprobs_field(const std::vector<canon::TokenLogprob>& logprobs, std::string& out) const;

  const OutputItem& last() const { return builder_.items().back(); }
  const EventNames& names() const { return names_of(last().kind, style_.reasoning); }
  std::size_t open_size() const { return builder_.has_open_item() ? last().text.size() : 0; }

  ResponseBuilder builder_;
  const ItemStyle style_;
  int next_ = 0;
  bool in_progress_ = false;        // response.in_progress was written
  std::size_t response_bytes_ = 0;  // of the last event that showed the response
  int large_beats_ = 0;             // signs of life of a large one
  std::string empty_;               // the response object before its first item, which several events show
  std::string over_;                // the response object at the end
  std::string delta_head_;          // of the open item: a delta up to its number …
  std::string place_;               // … and where it belongs, which done and part events say too
  std::vector<std::size_t> ends_;
};

}  // namespace trilogue::dialect::responses
