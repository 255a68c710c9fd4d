// Reads a Responses stream as a strict client does: holds it to the state machine of the API and puts the
// response together again, event by event. For tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/json.h"
#include "wire/sse.h"

namespace trilogue::golden {

class ResponsesStream final {
 public:
  void feed(std::string_view bytes);
  void end();  // no more bytes: what is missing becomes a violation

  const std::vector<std::string>& violations() const { return violations_; }
  const std::vector<std::string>& types() const { return types_; }  // of the events, in order
  int events() const { return static_cast<int>(types_.size()); }

  // The response of the terminal event, with sorted keys.
  std::string response() const { return response_; }

 private:
  enum class State { fresh, created, running, over };
  struct Item {
    std::string id;
    std::string type;
    std::string text;        // of its deltas
    std::string last;        // JSON of the item as it was last shown whole
    bool part_open = false;  // between added and done of its part
    bool part_seen = false;
    bool text_done = false;
    bool done = false;
  };

  void take(const wire::SseEvent& event);
  void take_response(std::string_view type, wire::Value response);
  void take_terminal(std::string_view type, wire::Value response);
  void take_item_added(wire::Value event);
  void take_item_done(wire::Value event);
  void take_part(bool added, wire::Value event);
  void take_delta(std::string_view type, wire::Value event);
  void take_text_done(std::string_view type, wire::Value event);
  void compare_so_far(wire::Value response);
  Item* open_item(wire::Value event);
  void demand(bool holds, std::string_view what);

  wire::SseDeframer deframer_;
  State state_ = State::fresh;
  std::string event_;  // the data of the one being read
  std::string id_;     // of the response
  std::vector<Item> items_;
  std::vector<std::string> types_;
  std::string response_;
  std::vector<std::string> violations_;
};

}  // namespace trilogue::golden
