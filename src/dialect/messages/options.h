// How a Messages answer is to be written, beside what the model is asked for. Values; any thread.
#pragma once

#include <string>

namespace trilogue::dialect::messages {

// What the caller sees of the reasoning. It is paid for in each case.
enum class ThinkingView {
  hidden,   // no `thinking` in the request: no block at all
  shown,    // thinking blocks with their text
  omitted,  // `display: "omitted"`: blocks with a signature and no text
};

struct ReplyOptions {
  bool stream = false;
  ThinkingView thinking = ThinkingView::hidden;
  friend bool operator==(const ReplyOptions&, const ReplyOptions&) = default;
};

// What stands at the head of every answer.
struct ReplyContext {
  std::string id;          // `msg_` and 24 letters or digits
  std::string model;       // the name that was asked for
  std::string request_id;  // for an error in mid-stream
};

// Clients give it back with the thinking and demand that it is not empty. Nothing needs to be proved by it:
// thinking that comes back is used as it is, and belongs to the caller like any other text of the request.
inline constexpr char kSignature[] = "dHJpbG9ndWU=";

}  // namespace trilogue::dialect::messages
