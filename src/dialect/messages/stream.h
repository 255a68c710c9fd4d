// The streamed reply of Messages: each canonical event appends the whole server-sent events it calls for to
// the caller's buffer. Belongs to one request; fed by one coroutine. Allocates nothing per token but that
// buffer's growth. A block of the stream begins with its first character (a call with its name), so that none
// stays empty but the one that stands for an empty answer.
#pragma once

#include <string>
#include <string_view>

#include "canon/event.h"
#include "dialect/messages/options.h"

namespace trilogue::dialect::messages {

// Sent when nothing else was for a while.
inline constexpr std::string_view kHeartbeat = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

class StreamEncoder final {
 public:
  StreamEncoder(ReplyContext context, ReplyOptions options)
      : context_(std::move(context)), options_(options) {}

  void on(const canon::Event& event, std::string& out);

  // The error event of a failure that the engine does not know of (the deadline). Nothing follows it.
  void fail(const base::Failure& failure, std::string& out);

  // A sign of life, when nothing else was sent for a while.
  void heartbeat(std::string& out) const { out += kHeartbeat; }

  // The last byte has been appended: message_stop or the error event.
  bool complete() const { return failed_ || finished_; }
  bool failed() const { return failed_; }

  // So far, for the ledger.
  const canon::Usage& usage() const { return usage_; }

 private:
  void write(const canon::Started& started, std::string& out);
  void write(const canon::BlockOpened& opened, std::string& out);
  void write(const canon::Delta& delta, std::string& out);
  void write(const canon::BlockClosed& closed, std::string& out);
  void write(const canon::Finished& finished, std::string& out);
  void write(const canon::Failed& failed, std::string& out);

  void begin_text(std::string& out);
  void begin_thinking(std::string& out);
  void begin_block(std::string& out, std::string_view block, std::string_view delta);
  void end_block(std::string& out);
  void write_piece(std::string_view text, std::string& out) const;

  const ReplyContext context_;
  const ReplyOptions options_;
  canon::Usage usage_;
  canon::BlockKind open_ = canon::BlockKind::text;
  bool shown_ = false;      // the open block has begun in the stream
  bool has_piece_ = false;  // and has a delta
  bool has_text_ = false;
  bool has_calls_ = false;
  int index_ = 0;           // of the open block of the stream, or the next one
  std::string delta_head_;  // of its deltas, up to their text
  bool finished_ = false;
  bool failed_ = false;
};

}  // namespace trilogue::dialect::messages
