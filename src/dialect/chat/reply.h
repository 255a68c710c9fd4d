// The whole reply of Chat Completions, folded from the same events that a stream would show. Belongs to one
// request; fed by one coroutine. Does no I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "canon/event.h"
#include "dialect/chat/options.h"
#include "dialect/chat/tally.h"

namespace trilogue::dialect::chat {

class ReplyFold final {
 public:
  ReplyFold(ReplyContext context, ReplyOptions options, int choices);

  void on(const canon::Event& event);

  // Every choice has ended, or one has failed: nothing more is worth waiting for.
  bool complete() const { return failure_.has_value() || running_ == 0; }

  // The JSON body, or the failure that took its place. Internal failure when it is not complete.
  base::Result<std::string> finish() const;

  // So far, for the ledger.
  const canon::Usage& usage() const { return tally_.usage(); }

 private:
  struct Call {
    std::string id, name, arguments;
  };
  struct Choice {
    std::string reasoning, text;
    std::vector<Call> calls;
    std::vector<canon::TokenLogprob> logprobs;
    canon::BlockKind open = canon::BlockKind::text;
    std::optional<canon::StopReason> reason;
  };

  void take(int choice, const canon::Started& started);
  void take(int choice, const canon::BlockOpened& opened);
  void take(int choice, const canon::Delta& delta);
  void take(int choice, const canon::BlockClosed& closed);
  void take(int choice, const canon::Finished& finished);
  void take(int choice, const canon::Failed& failed);
  void append_choice(std::string& out, std::size_t index) const;
  void append_message(std::string& out, const Choice& choice) const;

  ReplyContext context_;
  ReplyOptions options_;
  Tally tally_;
  std::vector<Choice> choices_;
  int running_;
  std::optional<base::Failure> failure_;
};

}  // namespace trilogue::dialect::chat
