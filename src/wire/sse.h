// Server-sent events, written and read (WHATWG HTML, section 9.2). The writer appends to a caller's buffer;
// the deframer is fed bytes as they come, in any pieces, and lives as long as one stream. One thread at a
// time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trilogue::wire {

// One whole event. `event` "" writes no event line; data of several lines gets a data line for each.
void append_sse(std::string& out, std::string_view event, std::string_view data);

// A comment line and the blank line after it: keeps a connection alive, readers skip it.
void append_sse_comment(std::string& out, std::string_view comment);

struct SseEvent {
  std::string event;  // "" when the stream named none, which a browser calls "message"
  std::string data;   // lines joined by \n
  std::string id;     // the last one seen so far
  friend bool operator==(const SseEvent&, const SseEvent&) = default;
};

class SseDeframer final {
 public:
  explicit SseDeframer(std::size_t max_event_bytes = std::size_t{64} << 20) : max_(max_event_bytes) {}

  // The events that these bytes complete; what is left over waits for more. An unfinished event at the end of
  // the stream is not one. Failure: internal, when an event grows over the limit; the stream is then useless.
  base::Result<std::vector<SseEvent>> feed(std::string_view bytes);

 private:
  void end_line(std::vector<SseEvent>& events);
  void take_field(std::string_view name, std::string_view value);

  std::size_t max_;
  std::string line_;
  SseEvent pending_;
  bool has_data_ = false;
  bool after_cr_ = false;   // a LF that follows belongs to the same line end
  bool first_line_ = true;  // may begin with a byte order mark
};

}  // namespace trilogue::wire
