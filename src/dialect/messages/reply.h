// The whole reply of Messages, folded from the same events that a stream would show. Belongs to one request;
// fed by one coroutine. Does no I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "canon/event.h"
#include "dialect/messages/options.h"

namespace trilogue::dialect::messages {

class ReplyFold final {
 public:
  ReplyFold(ReplyContext context, ReplyOptions options) : context_(std::move(context)), options_(options) {}

  void on(const canon::Event& event);

  // The answer has ended or failed: nothing more is worth waiting for.
  bool complete() const { return failure_.has_value() || finished_.has_value(); }

  // The JSON body, or the failure that took its place. Internal failure when it is not complete. A call that
  // the limit cut off is left out: its input is no JSON.
  base::Result<std::string> finish() const;

  // So far, for the ledger.
  const canon::Usage& usage() const { return usage_; }

 private:
  struct Call {
    std::string id, name, arguments;
    bool whole = false;
  };

  void take(const canon::Started& started);
  void take(const canon::BlockOpened& opened);
  void take(const canon::Delta& delta);
  void take(const canon::BlockClosed& closed);
  void take(const canon::Finished& finished);
  void take(const canon::Failed& failed);
  void append_content(std::string& out) const;

  ReplyContext context_;
  ReplyOptions options_;
  std::string reasoning_, text_;
  std::vector<Call> calls_;
  canon::BlockKind open_ = canon::BlockKind::text;
  canon::Usage usage_;
  std::optional<canon::Finished> finished_;
  std::optional<base::Failure> failure_;
};

}  // namespace trilogue::dialect::messages
