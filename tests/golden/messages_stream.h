// Reads a Messages stream as a strict client does: holds it to the state machine of the API and puts the
// message together again, as the official SDK's helper does. For tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/json.h"
#include "wire/sse.h"

namespace trilogue::golden {

class MessagesStream final {
 public:
  void feed(std::string_view bytes);
  void end();  // no more bytes: what is missing becomes a violation

  const std::vector<std::string>& violations() const { return violations_; }
  bool failed() const { return state_ == State::failed; }
  int pings() const { return pings_; }

  // The message, with sorted keys; a call whose input is no JSON object is left out, and where nothing is an
  // answer an empty text block stands for it: the two rules by which a reply differs from its stream.
  std::string message() const;

 private:
  enum class State { fresh, between, inside, ending, over, failed };
  struct Block {
    std::string type;
    std::string start;  // JSON
    std::string text;   // of its deltas
    std::string signature;
  };

  void take(const wire::SseEvent& event);
  void take_start(wire::Value event);
  void take_block_start(wire::Value event);
  void take_block_delta(wire::Value event);
  void take_block_stop(wire::Value event);
  void take_message_delta(wire::Value event);
  void take_error(wire::Value event);
  void demand(bool holds, std::string_view what);
  bool is_open_index(wire::Value event);

  wire::SseDeframer deframer_;
  State state_ = State::fresh;
  std::string event_;  // the data of the one being read
  std::string start_;  // the message of message_start
  std::string last_;   // message_delta
  std::vector<Block> blocks_;
  int pings_ = 0;
  std::vector<std::string> violations_;
};

// JSON with the keys of every object in order and no spaces, so that two texts of one value are equal.
std::string sorted_json(std::string_view json);

}  // namespace trilogue::golden
