#include "wire/sse.h"

#include <utility>

namespace trilogue::wire {

namespace {

// Cuts the first line off `rest`, whichever of CR, LF and CRLF ends it.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find_first_of("\r\n");
  const std::string_view line = rest.substr(0, end);
  if (end == std::string_view::npos) {
    rest = {};
    return line;
  }
  const bool both = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
  rest.remove_prefix(end + (both ? 2 : 1));
  return line;
}

void append_lines(std::string& out, std::string_view prefix, std::string_view text) {
  bool more = true;
  while (more) {
    more = text.find_first_of("\r\n") != std::string_view::npos;
    out += prefix;
    out += next_line(text);
    out += '\n';
  }
}

}  // namespace

void append_sse(std::string& out, std::string_view event, std::string_view data) {
  if (!event.empty()) {
    out += "event: ";
    out += next_line(event);
    out += '\n';
  }
  append_lines(out, "data: ", data);
  out += '\n';
}

void append_sse_comment(std::string& out, std::string_view comment) {
  append_lines(out, ": ", comment);
  out += '\n';
}

void SseDeframer::take_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (has_data_) pending_.data += '\n';
    pending_.data += value;
    has_data_ = true;
  } else if (name == "event") {
    pending_.event = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    pending_.id = value;
  }
}

void SseDeframer::end_line(std::vector<SseEvent>& events) {
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  if (line.empty()) {
    if (has_data_) events.push_back(pending_);
    pending_.event.clear();
    pending_.data.clear();
    has_data_ = false;
  } else if (line.front() != ':') {
    const std::size_t colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
  }
  line_.clear();
}

base::Result<std::vector<SseEvent>> SseDeframer::feed(std::string_view bytes) {
  std::vector<SseEvent> events;
  while (!bytes.empty()) {
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const std::size_t end = bytes.find_first_of("\r\n");
    line_ += bytes.substr(0, end);
    if (line_.size() + pending_.data.size() > max_) {
      return base::fail(base::FailureKind::internal, "a server-sent event is over the limit");
    }
    if (end == std::string_view::npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(events);
  }
  return events;
}

}  // namespace trilogue::wire
