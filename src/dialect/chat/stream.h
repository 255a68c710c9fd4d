// The streamed reply of Chat Completions: each canonical event appends the whole server-sent events it calls
// for to the caller's buffer. Belongs to one request; fed by one coroutine. Allocates nothing per token but
// that buffer's growth. Both chunk styles; what they differ in stands in stream.cpp only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "canon/event.h"
#include "dialect/chat/options.h"
#include "dialect/chat/tally.h"

namespace trilogue::dialect::chat {

// Sent when nothing else was for a while.
inline constexpr std::string_view kHeartbeat = ": ping\n\n";

class StreamEncoder final {
 public:
  StreamEncoder(const ReplyContext& context, ReplyOptions options, int choices);

  void on(const canon::Event& event, std::string& out);

  // The error event of a failure that the engine does not know of (the deadline). Nothing follows it.
  void fail(const base::Failure& failure, std::string& out);

  // A sign of life, when nothing else was sent for a while.
  void heartbeat(std::string& out) const { out += kHeartbeat; }

  // The last byte has been appended: [DONE] or the error event.
  bool complete() const { return failed_ || running_ == 0; }
  bool failed() const { return failed_; }

  // So far, for the ledger.
  const canon::Usage& usage() const { return tally_.usage(); }

 private:
  struct Choice {
    canon::BlockKind open = canon::BlockKind::text;
    int calls = 0;
    bool has_pieces = false;  // of the arguments of the open call
  };

  void write(int choice, const canon::Started& started, std::string& out);
  void write(int choice, const canon::BlockOpened& opened, std::string& out);
  void write(int choice, const canon::Delta& delta, std::string& out);
  void write(int choice, const canon::BlockClosed& closed, std::string& out);
  void write(int choice, const canon::Finished& finished, std::string& out);
  void write(int choice, const canon::Failed& failed, std::string& out);

  bool documented() const { return options_.chunks == ChunkStyle::documented; }
  void begin_chunk(int choice, std::string& out) const;  // … up to inside "delta":{
  void end_chunk(std::string& out, std::string_view reason = {}) const;
  void write_text(int choice, const canon::Delta& delta, std::string& out) const;
  void write_reasoning(int choice, const canon::Delta& delta, std::string& out) const;
  void write_arguments(int choice, std::string_view piece, std::string& out);
  void write_end(std::string& out) const;

  const ReplyOptions options_;
  std::string head_;         // data: {"id":…,"choices":[
  std::string_view filler_;  // what every delta of the style begins with
  std::string_view unfinished_;
  std::string_view reasoning_key_;
  Tally tally_;
  std::vector<Choice> choices_;
  int running_;
  bool failed_ = false;
};

}  // namespace trilogue::dialect::chat
