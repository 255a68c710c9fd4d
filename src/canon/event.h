// What happens while a model answers, in order. For each choice of a request the grammar is
//   Started (BlockOpened Delta* BlockClosed)* (Finished | Failed)
// with Reasoning before Text before Calls when they are there. docs/canon.md tells the story;
// canon/checker.h holds a stream to it. Values: move them between threads, never share them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/failure.h"

namespace trilogue::canon {

struct Usage {
  int prompt_tokens = 0;
  int cached_tokens = 0;     // part of prompt_tokens that was not computed again
  int output_tokens = 0;     // reasoning included
  int reasoning_tokens = 0;  // part of output_tokens
  friend bool operator==(const Usage&, const Usage&) = default;
};

enum class BlockKind { reasoning, text, call };

struct TokenLogprob {
  std::string bytes;  // of the token; may be part of a character
  double logprob = 0;
  std::vector<std::pair<std::string, double>> top;  // alternatives, most likely first
  friend bool operator==(const TokenLogprob&, const TokenLogprob&) = default;
};

struct Started {
  int prompt_tokens = 0;
  int cached_tokens = 0;
  base::SteadyTime began{};  // when the engine took it out of its queue; {}: it never did, or nobody knows
  friend bool operator==(const Started&, const Started&) = default;
};

struct BlockOpened {
  BlockKind kind = BlockKind::text;
  std::string call_id;  // calls only: `call_` and 22 url-safe characters
  std::string name;     // calls only: the tool
  friend bool operator==(const BlockOpened&, const BlockOpened&) = default;
};

struct Delta {
  std::string text;          // whole characters; of a call: a piece of the JSON text of its arguments
  int output_tokens = 0;     // of this choice so far, this piece included
  int reasoning_tokens = 0;  // part of output_tokens
  std::vector<TokenLogprob> logprobs;
  friend bool operator==(const Delta&, const Delta&) = default;
};

struct BlockClosed {
  bool cut = false;  // the limit fell inside this block: its text is not whole
  friend bool operator==(const BlockClosed&, const BlockClosed&) = default;
};

enum class StopReason { end_of_turn, stop_string, token_limit, tool_calls, content_filter };

struct Finished {
  StopReason reason = StopReason::end_of_turn;
  std::string stop_string;  // the one that matched
  Usage usage;
  friend bool operator==(const Finished&, const Finished&) = default;
};

struct Failed {
  base::Failure failure;
  Usage usage;  // what had been spent by then
  friend bool operator==(const Failed&, const Failed&) = default;
};

using Happening = std::variant<Started, BlockOpened, Delta, BlockClosed, Finished, Failed>;

struct Event {
  int choice = 0;
  Happening what;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace trilogue::canon
