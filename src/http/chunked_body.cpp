#include "http/chunked_body.h"

#include <algorithm>

#include "base/hex.h"

namespace trilogue::http {
namespace {

// Extensions and trailers are read over, so their sum is bounded; sizes of 15 digits cannot overflow.
constexpr std::size_t kMaxOverhead = 64 * 1024;
constexpr std::size_t kMaxDigits = 15;

}  // namespace

ChunkedBody::Place ChunkedBody::after_size(char c) {
  if (const int digit = base::hex_digit(c); digit >= 0) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return ++digits_ > kMaxDigits ? Place::broken : Place::size;
  }
  if (digits_ == 0) return Place::broken;
  if (c == '\r') return Place::size_lf;
  return c == ';' || c == ' ' || c == '\t' ? Place::extension : Place::broken;
}

ChunkedBody::Place ChunkedBody::after_extension(char c) {
  if (c == '\r') return Place::size_lf;
  return c == '\n' || ++overhead_ > kMaxOverhead ? Place::broken : Place::extension;
}

ChunkedBody::Place ChunkedBody::after_size_line(char c) {
  digits_ = 0;
  if (c != '\n') return Place::broken;
  return left_ == 0 ? Place::trailer : Place::data;
}

ChunkedBody::Place ChunkedBody::after_trailer(char c) {
  if (c == '\r') return Place::trailer_lf;
  ++trailer_length_;
  return c == '\n' || ++overhead_ > kMaxOverhead ? Place::broken : Place::trailer;
}

ChunkedBody::Place ChunkedBody::after_trailer_line(char c) {
  if (c != '\n') return Place::broken;
  if (trailer_length_ == 0) return Place::done;
  trailer_length_ = 0;
  return Place::trailer;
}

ChunkedBody::Place ChunkedBody::after(char c) {
  switch (place_) {
    case Place::size:
      return after_size(c);
    case Place::extension:
      return after_extension(c);
    case Place::size_lf:
      return after_size_line(c);
    case Place::data_cr:
      return c == '\r' ? Place::data_lf : Place::broken;
    case Place::data_lf:
      return c == '\n' ? Place::size : Place::broken;
    case Place::trailer:
      return after_trailer(c);
    case Place::trailer_lf:
      return after_trailer_line(c);
    case Place::data:
    case Place::done:
    case Place::broken:
      break;
  }
  return place_;
}

ChunkedBody::Step ChunkedBody::next(std::string_view bytes) {
  Step step;
  while (step.taken < bytes.size() && place_ != Place::done && place_ != Place::broken) {
    if (place_ != Place::data) {
      place_ = after(bytes[step.taken++]);
      continue;
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - step.taken));
    step.payload = bytes.substr(step.taken, size);
    step.taken += size;
    left_ -= size;
    if (left_ == 0) place_ = Place::data_cr;
    return step;
  }
  if (place_ == Place::done) step.state = State::done;
  if (place_ == Place::broken) step.state = State::broken;
  return step;
}

}  // namespace trilogue::http
